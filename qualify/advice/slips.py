"""What people write by mistake who are used to spreadsheets, Salesforce, SQL or plain English, and its fix.

The slips are tried in this order on the statement in which reading stopped.
"""

from __future__ import annotations

import re

from qualify.advice.foreign_amounts import VALUES
from qualify.advice.slip import fix, hint, lowered, phrases
from qualify.language.keywords import QUOTED

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
OPPOSITES = {
    "at least": "is less than", "more than": "is at most", "over": "is at most", "above": "is at most",
    "at most": "is more than", "less than": "is at least", "under": "is at least", "below": "is at least",
    "before": "is on or after", "after": "is on or before", "on or before": "is after", "on or after": "is before",
}  # fmt: skip
TESTS = {
    "isn't": "is not", "isn’t": "is not", "isnt": "is not", "is greater than": "is more than",
    "is bigger than": "is more than", "is larger than": "is more than", "is higher than": "is more than",
    "is later than": "is after", "is earlier than": "is before", "is smaller than": "is less than",
    "is lower than": "is less than", "is fewer than": "is less than", "is no more than": "is at most",
    "is not more than": "is at most", "is no less than": "is at least", "is not less than": "is at least",
    "is a minimum of": "is at least", "is a maximum of": "is at most", "is equal to": "is", "is equals": "is",
    "is one of": "is any of", "is not equal to": "is not", "is not one of": "is none of",
    "is greater than or equal to": "is at least", "is smaller than or equal to": "is at most",
    "is within half a year": "is within the next 6 months",
}  # fmt: skip
AGES = {"older": "more than", "newer": "less than", "younger": "less than", "more recent": "less than"}
AGES |= {"not older": "at most", "not newer": "at least", "not younger": "at least", "not more recent": "at least"}
SIGNS = {
    "==": "=", "===": "=", "&&": "and", "&": "and", "||": "or", "|": "or", "<>": "!=", "=>": ">=", "=<": "<=",
    "~": "contains", "!": "not", "!==": "!=",
}  # fmt: skip
VERBS = {
    "mention": "mentions", "mentioned": "mentions", "contain": "contains", "containing": "contains",
    "include": "includes", "including": "includes", "match": "matches", "start with": "starts with",
    "begin with": "starts with", "begins with": "starts with", "end with": "ends with", "has": "mentions",
    "have": "mentions", "having": "mentions", "includ": "includes", "equals": "is", "equal": "is", "equal to": "is",
    "exists": "is known", "was": "is", "are": "is", "has value": "is", "belong to": "belongs to",
}  # fmt: skip
PLAIN = {
    "mentions": "mention",
    "contains": "contain",
    "starts": "start",
    "ends": "end",
    "matches": "match",
    "belongs": "belong",
}
CALCULATION = {"x": "*", "times": "*", "plus": "+", "minus": "-", "divided by": "/"}
FORMULAS = {  # formulas that correspond to one test of their arguments
    "isblank": "{0} is unknown", "isnull": "{0} is unknown", "contains": "{0} contains {1}",
    "search": "{1} contains {0}", "find": "{1} contains {0}", "begins": "{0} starts with {1}",
    "ispickval": "{0} is {1}", "includes": "{0} includes {1}", "len": "length of {0}", "year": "year of {0}",
    "today": "today", "now": "today", "between": "{0} is between {1} and {2}", "text": "{0}", "value": "{0}",
    "lower": "{0}", "upper": "{0}", "trim": "{0}",
}  # fmt: skip
NO_FIELD = (
    "and|or|not|of|in|any|all|none|when|per|since|with|as|list|rule|criterion|score|define|example|given|expect"
    "|otherwise|use|stages|at|least|most|exactly|known|days|until|domain|length|number|year|first|rules|grade|before"
    "|after|between|if"
)
QUANTITY = r"[$€£]?\d(?:[\d,.]*\d)?(?:k|m|bn)?"
# Everything up to a part of an inline list; earlier parts may have brackets.
IN_LINE = r"\b(?:at least|at most|exactly) \d+ of{gap}+(?:(?:[^\n(),]|\([^()\n]*\))*,{gap}*)*?"
BRACKETS = "a condition in an inline list needs brackets"
FORMULA = r"`\1(…)` is a formula from another program"
TO_DO = r'write it as a rule: `rule "NAME": lead when …`'
NEW_RULE = 'rule "NAME": lead when'


def _one_of(table: dict[str, str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", " ") for word in sorted(table, key=len, reverse=True))


def _in_digits(word: str) -> int:
    return NUMBERS.index(word.lower()) + 1


def _as_days(match: re.Match[str]) -> str:
    """`is less than 6 months` -> `is within the next 6 months`, or `is less than 6 months ago`."""
    test, duration = lowered(match[1]), match[2]
    ahead = f"within the next {duration}" if test in ("at most", "less than") else f"{test} {duration} away"
    return f"write `is {ahead}` or `is {test} {duration} ago`"


def _as_pattern(match: re.Match[str]) -> str:
    return f'{"does not match" if match[1] else "matches"} "{match[2].replace("%", "*").replace("_", "?")}"'


def _as_test(match: re.Match[str]) -> str:
    """`ISBLANK(title)` -> `title is unknown`."""
    arguments = [part.strip() or "…" for part in (match[2] or "").split(",")] + ["…", "…"]
    return FORMULAS[match[1].lower()].format(*arguments)


def _as_line(match: re.Match[str]) -> str:
    """`10 points if` -> `+10 when`."""
    sign, points, word = match.groups()
    return f"{sign or '+'}{points} {word.lower() if word.lower() in ('per', 'fading') else 'when'}"


def _as_any_of(match: re.Match[str]) -> str:
    """`is not "x", "y"` -> `is none of "x", "y"`."""
    test = lowered(match[1])
    return f"{'is none of' if test == 'is not' else f'{test} any of'} {', '.join(re.findall(QUOTED, match[2]))}"


def _as_one_cell(match: re.Match[str]) -> str:
    return f'{match[1]} "{"; ".join(text[1:-1] for text in re.findall(QUOTED, match[2]))}"'


# fmt: off
SLIPS = (
    fix(r"^{gap}*(?P<here>(?:--|//){gap}*([^\n]+))", r"# \2", "a comment begins with `#`"),
    fix(r"(?<=\s)(?P<here>(?:--|//){gap}*([^\n]+))", r"# \2", "a comment begins with `#`",
        "rule", "criterion", "list", "score", "example"),  # in a `define` it may be arithmetic
    fix(r"(?:^{gap}*(?=\*\*\w)|(?<=\"))(?P<here>\*\*)", "", "text cannot be bold here", shown="the `**`"),
    fix(r"^{gap}*(?P<here>[-–•*])(?=[^\s\d])", r"\1 ", "a bullet needs a space after it", shown=r"\1 …"),
    # --- English
    fix(r"\b(?:doesn|don)['’`]?t (mention|contain|match|include|start with|end with)s?\b", r"does not \1"),
    fix(rf"\bis not ({_one_of(OPPOSITES)})(?! {{span}})\b", lambda m: OPPOSITES[lowered(m[1])]),
    fix(r"({field}) is not ((?:within the (?:last|next) {span})|(?:(?:at least|at most|more than|less than) {span}"
        r" (?:ago|away)))", r"not \1 is \2", "`not` goes before the whole test"),
    fix(rf"\b({'|'.join(NUMBERS)}) ((?:day|week|month|year)s?)\b", lambda m: f"{_in_digits(m[1])} {m[2]}"),
    fix(rf"\bis ({_one_of(AGES)}) than ({{span}})(?: ago)?\b", lambda m: f"is {AGES[lowered(m[1])]} {m[2]} ago"),
    phrases(TESTS),
    fix(r"{start}({field}) in\s*(?=[\"“])", r"\1 is any of", "a test begins with `is`"),
    fix(r"{start}({field}) in (\w+)", r"\1 is in \2", "a test begins with `is`"),
    fix(r"(\bis (?:any of|in|none of|not in)|\bof)\s*\(([^()\n]*)\)", r"\1 \2", "a list of values takes no brackets"),
    fix(r"\bwithin the (last|next) (day|week|month|year)\b", r"within the \1 1 \2", "a duration needs a number"),
    fix(r"\bin the (last|next) ({span})\b", r"within the \1 \2"),
    hint(r"\bwithin ({span})\b", "`within` needs a direction: the past or the future",
         r"write `within the last \1` or `within the next \1`"),
    hint(r"\bis (at least|at most|more than|less than) ({span})\b(?! (?:ago|away))",
         r"`\2` needs a direction: the past or the future", _as_days),
    fix(r"\bbetween (\S+) (?:to|-|–|&) (\S+)", r"between \1 and \2", "the two ends of `between` are joined with `and`"),
    hint(r"\bbetween (\S+)\s*\Z", "`between` needs two ends", r"write `between \1 and …`"),
    hint(r"\b(?:if\b[^\n]*?\b)?then\b", "a rule names its stage first", f"write `{NEW_RULE} …`"),
    fix(r"\b(?P<here>either|both) (?={field}\s)(?!{test})", "", r"a condition cannot begin with `\1`"),
    fix(r"\b(und|oder) (?={field})(?!{test})", lambda m: "and" if lowered(m[1]) == "und" else "or"),
    fix(r"\A\s*rule \"[^\"\n]*\"\s*:[^\n]*?\b(?P<here>wenn|falls|where)\b", "when", "", "rule"),
    fix(r"\A\s*rule \"[^\"\n]*\"\s*:\s*(?P<here>(lead|inquiry) (?!when\b)({field}))(?= {test}|\s*[<>=≥≤≠])",
        r"\2 when \3", "the condition of a rule begins with `when`", "rule"),
    fix(r"\b(?:all|any|none|\d+) of (?P<here>the following\s*:?)", "",
        "the list comes directly after `of`", shown="`the following`"),
    fix(r"({field}) is in (\w+) (?:except|but not) ({quoted})", r"\1 is in \2 and \1 is not \3"),
    hint(r"\b(IF)\([^\n]*\)?", FORMULA, TO_DO),
    hint(r"\bunless\b(.*)", "the condition of a rule begins with `when`", "write `when not (…)`", "rule"),
    fix(r"\bif\b", "when", "the condition of a rule begins with `when`", "rule"),
    fix(r"\bif ", "", "a condition cannot begin with `if`", "criterion"),
    fix(r"^{gap}*(?:if|when)\b", NEW_RULE, "a statement cannot begin like this"),
    hint(r"\belse\b", "there is no `else`: the first rule that says yes decides",
         "add a rule below this one, or `otherwise inquiry`"),
    *VALUES,
    # --- formulas and signs
    fix(rf"\b({_one_of(FORMULAS)})\(([^()\n]*)\)?", _as_test, FORMULA),
    hint(r"\b(?!not\b)(\w+)\(([^()\n]*)\)?", FORMULA, "write conditions in words: `title is known`"),
    fix(r"(?<![=!<>&|])(===?|!==|&&?|\|\|?|<>|=>|=<|~|!(?!=))(?![=<>&|])", lambda m: SIGNS[m[1]]),
    fix(r"(?:\bis )?\b(?:(?:does )?(not) )?i?like [\"“]([^\"”\n]*)[\"”]", _as_pattern),
    hint(r"\btoday(?:\(\))?\s*[-−+]\s*(\d+)", "there is no arithmetic with days in a test",
         r"write `within the last \1 days` or `more than \1 days ago`"),
    hint(r"(?<![\w\])])({field}{gap}*[-−+*/]{gap}*(?:{field}|[$€£]?\d[\d.,]*[km]?))",
         "calculations belong in a `define`", r"add `define NAME as \1`, and ask about `NAME`", "criterion", "rule"),
    # --- statements
    hint(r"(?<![+−\w-])(\d+)(?= (?:when|per|fading)\b)", r"points need a sign: `\1`", r"write `+\1` or `-\1`", "score"),
    hint(r"[+−-]?\d+\.\d+(?= (?:when|per|fading)\b)", r"points are whole numbers, not `\g<0>`",
         lambda m: f"multiply all points by {10 ** len(m[0].partition('.')[2])}, and what the score is compared with",
         "score"),
    fix(r"([+−-]) (\d+)(?= (?:when|per|fading)\b)", r"\1\2", "the points follow their sign without a space", "score"),
    fix(r"([+−-]?)\s*(\d+) points? (when|per|fading|if|for)\b", _as_line, "leave out the word `points`", "score"),
    fix(r"([+−-]?)\s*\b(\d+) (if|for)\b", _as_line, "a line of a score needs `when`", "score"),
    fix(r",(?=\s*[+−-]?\s*\d+ (?:when|per|fading)\b)", "", "the lines of a score are not separated by commas", "score",
        shown="the comma"),
    fix(r"\A\s*rule \"[^\"\n]*\"\s*:\s*(?P<here>when)\s*", "lead when", "the stage of a rule is missing", "rule"),
    fix(r"\A\s*(?:rule|example) (?P<here>\"([^\":\n]*):[^\"\n]*\"?)\s*", lambda m: m["here"].replace(":", '":', 1),
        "the closing quote is missing before the `:`", code="E104", shown=r'"\2": …'),
    fix(r"\A\s*(?P<here>rule \"[^\"\n]*\") (?=\w)", r"\1:", "a `:` is missing after the name", "rule"),
    fix(r"\A\s*(?:criterion|score) (?P<here>\w+(?:{gap}+\w+)+)\s*:", lambda m: "_".join(m[1].split()),
        "a name is one word"),
    fix(r"\A\s*(?:criterion|score) (?P<here>\w+){gap}+(?=[^\":\s])", r"\1:", "a `:` is missing after the name"),
    fix(r"\A\s*list (?P<here>\w+(?:\s*=| (?=[\"“])))", lambda m: m[1].rstrip(" =") + ":",
        "a `:` is missing after the name"),
    fix(r"\A\s*define\b[^\n]*?[\w)] (?P<here>x|times|plus|minus|divided by) (?=[\w($€£])",
        lambda m: CALCULATION[lowered(m[1])]),
    fix(r"\A\s*define (?P<here>(\w+)\s*[:=])", r"\2 as", "a computed field is defined with `as`"),
    hint(r"\A\s*grade (\w+)\s*:", "a grade needs the score that it grades", r"write `grade \1 of SCORE: …`"),
    fix(r"\A\s*grade\b[^\n]*?[:,]\s*(?P<here>[A-Za-z]\w*) from\b", r'"\1"', r"text needs quotes: `\1`", code="E107"),
    fix(r"\b(owner|version|agreed|review by|given|expect|on|with|otherwise)\s*:", r"\1", r"`\1` takes no `:`"),
    fix(r"\b({field}) (?:is|=) (?=[\"“\d$€£])", r"\1", "`given` takes a field and its value without a test",
        "example"),
    fix(r"\bexpects\b", "expect", "", "example"),
    fix(r"(?P<here>,)\s*(?:expect|on)\b\s*", "", "`on` and `expect` take no comma before them", "example",
        shown="the comma"),
    fix(r"\bup to (\d[\d,]*)\s*\Z", r"up to \1 points", "`up to` needs the word `points` after the number", "score"),
    fix(r"(?<!kept\x20)\bbetween ([-−+]?\d+) and ([-−+]?\d+)", r"kept between \1 and \2", "", "score"),
    fix(r"\bevery (day|week|month|year)\b", r"every 1 \1", "a period needs a number", "score"),
    fix(r"\b(\w+)\s*[:=]\s*(?=[\"“])", r"\1", r"the text comes directly after `\1`", "rule"),
    fix(rf"({{field}}) (?!\d{{4}}-\d\d)({QUANTITY}\s?(?:[-–]\s?{QUANTITY}|\+))(?![-–\d])", r'\1 "\2"',
        "a range needs quotes", "example"),
    fix(r"({field}) ({quoted}(?:\s*,\s*{quoted})+)", _as_one_cell, "the texts of one cell share one pair of quotes",
        "example"),
    # --- conditions
    hint(r"\bof\s*\n\s*(?P<here>[-–•*]) (?={quoted}|\d)", "values go on one line, separated by commas",
         'write `any of "…", "…"`, or give them a name: `list NAME:` and a bullet for each'),
    hint(r"\b(?P<here>(?:all|any|none|(?:at least|at most|exactly) \d+) of)\s*\n\s*[-–•*](?=\s)",
         "a checklist cannot be part of another condition",
         r"give it a name, `criterion NAME: \1 …`, or write `(\1 A, B)` on one line"),
    fix(IN_LINE + r"(?P<here>not {field})", r"(\1)", BRACKETS),
    hint(IN_LINE + r"(?P<here>({field}) {test})", BRACKETS, r"write `(\2 …)`"),
    fix(r",\s*(?P<here>or|and) (?={quoted})", "", r"a list of values takes no `\1`"),
    fix(r"\b(all|any|none) of\s*:", r"\1 of", r"`\1 of` takes no `:`"),
    fix(rf"(\b(?:at least|at most|exactly) )?\b({'|'.join(NUMBERS)}) of\b",
        lambda m: f"{m[1] or 'at least '}{_in_digits(m[2])} of"),
    hint(r"(?<!at\x20least\x20)(?<!at\x20most\x20)(?<!exactly\x20)\b(\d+) of\b",
         r"`\1 of` could mean at least \1 or exactly \1", r"write `at least \1 of` or `exactly \1 of`"),
    fix(r"(?:\b(?:when|and|or|not|if)|[(:]|^{gap}*[-–•*])\s*(?P<here>[\"“]([^\"”\n]+)[\"”]) (?={test}|[=≠<>≥≤]|!=)",
        r"[\2]", "a column needs square brackets, not quotes"),
    fix(r"\bis (>=|<=|!=|[<>=≥≤≠])", r"\1", r"`is` and `\1` mean the same"),
    hint(r"\b(and|or) (?P<here>is|mentions|contains|includes|does not)\b\s*", "each test needs its field",
         r"write `\1 FIELD \2 …`, or one list: `is any of …`"),
    fix(r"\bis ([$€£]?\d[\d.,]*[km]?)\s*(?:-|–|to)\s*([$€£]?\d[\d.,]*[km]?)\b", r"is between \1 and \2",
        "a range needs `between`"),
    fix(rf"\b(is(?: not)?|(?:{'|'.join(PLAIN)}|does not (?:{'|'.join(PLAIN.values())}))(?: with)?)"
        r" ({quoted}(?:\s*,(?:\s*or\b)?\s*{quoted})+)", _as_any_of, "several values need `any of`"),
    fix(r";(?={gap}*\S)", ",", "values are separated by commas, not by `;`", "list", "stages"),
    fix(r"{quoted}(?P<here>;)\s*(?={quoted})", ",", "values are separated by commas, not by `;`"),
    hint(r";", "`;` cannot separate statements or conditions", "leave it out, or write `and`"),
    fix(rf"{{start}}{{field}} (?P<here>does not ({'|'.join(PLAIN)}))\b", lambda m: f"does not {PLAIN[lowered(m[2])]}"),
    fix(rf"{{start}}{{field}} (?P<here>{_one_of(VERBS)})(?![\w(])", lambda m: VERBS[lowered(m[1])]),
    fix(rf"(?<![\w\]\"“”])(?!(?:{NO_FIELD}|{{test}})\b)([^\W\d]\w*(?:{{gap}}+(?!(?:{NO_FIELD}|{{test}})\b)[^\W\d]\w*)"
        r"{1,4})(?={gap}+{test}|{gap}*[<>=≥≤≠])", r"[\1]", "a column of several words needs square brackets"),
    hint(r",(?=\s*(?:\w+|\[[^\]\n]*\]) {test})", "conditions are joined by words, not by a comma",
         "write `and` or `or`"),
)
# fmt: on
