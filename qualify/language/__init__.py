"""The types, fields, tests and functions of the language, as data that every other package shares."""
