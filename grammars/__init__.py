"""The grammar of the rule language, `rules.lark`: data beside the code that reads it."""
