"""What the language has, as data: kinds, fields, tests and functions; shared by every other package."""
