"""What people write who know spreadsheets, Salesforce, SQL or plain English better than this language, and what to
write instead. Each slip is a pattern, tried on the statement in which reading stopped; the first that covers the
place where it stopped, or begins right after it, is what was meant.
"""

from __future__ import annotations

import re

from qualify.advice.foreign_amounts import VALUES
from qualify.advice.slip import GAP, slip
from qualify.advice.translations import (
    AGES,
    CALCULATION,
    FORMULAS,
    NUMBERS,
    OPPOSITES,
    PLAIN,
    SIGNS,
    TESTS,
    VERBS,
    as_any_of,
    as_condition,
    as_days,
    as_line,
    as_list,
    as_pattern,
    as_test,
    in_digits,
    longest_first,
    lowered,
)
from qualify.language.keywords import QUOTED
from qualify.language.operators import FIRST_WORDS

DURATION = r"\d+\s+(?:day|week|month|year)s?"
FIELD = r"(?:\[[^\]\n]*\]|(?!(?:is|not|and|or|of|any|all|none|when|on|after|before|than|least|most)\b)[^\W\d]\w*)"
NO_FIELD = (
    f"and|or|not|of|in|any|all|none|when|per|since|with|{FIRST_WORDS}|as|list|rule"
    "|criterion|score|define|example|given|expect|otherwise|use|stages|at|least|most|exactly|known|days|until|domain"
    "|length|number|year|first|rules|grade|before|after|between|if"
)
PERIODS = {"month": "1 month", "quarter": "3 months", "half a year": "6 months", "year": "1 year"}
QUANTITY = r"[$€£]?\d(?:[\d,.]*\d)?(?:k|m|bn)?"
# Up to a part of a list in a line; those before it may stand in brackets.
IN_LINE = rf"\b(?:at\s+least|at\s+most|exactly)\s+\d+\s+of{GAP}+(?:(?:[^\n(),]|\([^()\n]*\))*,{GAP}*)*?"
NOT_A_TEST = r"there is no test `\g<0>`"

SLIPS = (
    slip(r"^[ \t]*(?P<here>(?:--|//)[ \t]*([^\n]+))", "a comment begins with `#`", r"write `# \2`"),
    slip(  # in a `define` it may well be arithmetic
        r"(?<=\s)(?P<here>(?:--|//)[ \t]*([^\n]+))",
        "a comment begins with `#`",
        r"write `# \2`",
        "rule",
        "criterion",
        "list",
        "score",
        "example",
    ),
    slip(r"(?:^[ \t]*(?=\*\*\w)|(?<=\"))(?P<here>\*\*)", "no signs make a text bold here", "leave the `**` out"),
    slip(
        r"^[ \t]*(?P<here>[-–•*])(?=[^\s\d])[ \t]*([^\n]*)",
        "a bullet has a space after it",
        r"write `\1 \2`",
        edit=r"\1 ",
    ),
    # --- English
    slip(r"\bisn['’`]?t\b|\bis\s*n['’]t\b", r"`\g<0>` has to be written in full", "write `is not`"),
    slip(
        r"\b(?:doesn|don)['’`]?t\s+(mention|contain|match|include|start\s+with|end\s+with)s?\b",
        r"`\g<0>` has to be written in full",
        r"write `does not \1`",
    ),
    slip(
        rf"\bis\s+not\s+({longest_first(OPPOSITES)})(?!\s+{DURATION})\b",
        NOT_A_TEST,
        lambda m: f"write `{OPPOSITES[lowered(m[1])]}`",
    ),
    slip(
        rf"({FIELD})\s+is\s+not\s+((?:within\s+the\s+(?:last|next)\s+{DURATION})"
        rf"|(?:(?:at\s+least|at\s+most|more\s+than|less\s+than)\s+{DURATION}\s+(?:ago|away)))",
        r"`not` stands before the whole test",
        r"write `not \1 is \2`",
    ),
    slip(
        rf"\b({'|'.join(NUMBERS)})\s+((?:day|week|month|year)s?)\b",
        r"the number is written in digits: `\1`",
        lambda m: f"write `{in_digits(m[1])} {m[2]}`",
    ),
    slip(
        rf"\bis\s+({longest_first(AGES)})\s+than\s+({DURATION})(?:\s+ago)?\b",
        NOT_A_TEST,
        lambda m: f"write `is {AGES[lowered(m[1])]} {m[2]} ago`",
    ),
    slip(rf"\bis\s+({longest_first(TESTS)})(\s+or\s+equal(?:\s+to)?)?\b", NOT_A_TEST, as_test),
    slip(
        rf"(?<![\w\]])({FIELD})\s+(?:not\s+in)\s+(?=[\"“(]|\w)",
        r"there is no test `not in`",
        r"write `\1 is none of …`",
    ),
    slip(rf"(?<![\w\]])({FIELD})\s+in\s*\(?\s*(?=[\"“])", r"a test begins with `is`", r"write `\1 is any of …`"),
    slip(rf"(?<![\w\]])({FIELD})\s+in\s+(\w+)", r"a test begins with `is`", r"write `\1 is in \2`"),
    slip(
        r"(\bis\s+(?:any\s+of|in|none\s+of|not\s+in)|\bof)\s*\(([^()\n]*)\)",
        "a list of values has no brackets",
        as_list,
    ),
    slip(
        r"\bwithin\s+the\s+(last|next)\s+(day|week|month|year)\b",
        "a duration begins with a number",
        r"write `within the \1 1 \2`",
    ),
    slip(rf"\b(?:with)?in\s+(last|next)\s+({DURATION})\b", r"there is no test `\g<0>`", r"write `within the \1 \2`"),
    slip(rf"\bin\s+the\s+(last|next)\s+({DURATION})\b", r"there is no test `\g<0>`", r"write `within the \1 \2`"),
    slip(
        rf"\bwithin\s+({DURATION})\b",
        r"`within` needs to know which way",
        r"write `within the last \1` or `within the next \1`",
    ),
    slip(
        rf"\bis\s+(at\s+least|at\s+most|more\s+than|less\s+than)\s+({DURATION})\b(?!\s+(?:ago|away))",
        r"`\2` needs to know which way",
        as_days,
    ),
    slip(
        rf"\bwithin\s+the\s+(?:past|previous)\s+({DURATION})\b",
        r"there is no test `\g<0>`",
        r"write `within the last \1`",
    ),
    slip(
        r"\bbetween\s+(\S+)\s+(?:to|-|–|&)\s+(\S+)",
        "a `between` joins its two ends with `and`",
        r"write `between \1 and \2`",
    ),
    slip(
        r"\bbetween\s+([\d.,]+[km]?)\s*[-–]\s*([\d.,]+[km]?)",
        "a `between` joins its two ends with `and`",
        r"write `between \1 and \2`",
    ),
    slip(r"\bbetween\s+(\S+)\s*\Z", "a `between` has two ends", r"write `between \1 and …`", edit=None),
    slip(r"\b(?:if\b[^\n]*?\b)?then\b", "a rule says the stage first", 'write `rule "NAME": lead when …`', edit=None),
    slip(
        rf"\b(either|both)\s+(?={FIELD}\s)(?!(?:{FIRST_WORDS})\b)",
        r"no `\1` stands before a condition",
        r"leave `\1` out",
    ),
    slip(
        rf"\b(und|oder)\s+(?={FIELD})(?!(?:{FIRST_WORDS})\b)",
        r"there is no word `\1` here",
        lambda m: f"write `{'and' if lowered(m[1]) == 'und' else 'or'}`",
    ),
    slip(
        r"\A\s*rule\s+\"[^\"\n]*\"\s*:[^\n]*?\b(?P<here>wenn|falls|where)\b",
        "a rule says when it holds",
        "write `when`",
        "rule",
    ),
    slip(
        rf"\A\s*rule\s+\"[^\"\n]*\"\s*:\s*(?P<here>(lead|inquiry)\s+(?!when\b)({FIELD}))(?=\s+(?:{FIRST_WORDS})\b|\s*[<>=≥≤≠])",
        "a rule says when it holds",
        r"write `\2 when \3`",
        "rule",
    ),
    slip(
        r"\b(?:all|any|none|\d+)\s+of\s+(?P<here>the\s+following\s*:?)",
        "no words stand between `of` and its list",
        "leave `the following` out",
    ),
    slip(
        rf"({FIELD})\s+is\s+in\s+(\w+)\s+(?:except|but\s+not)\s+({QUOTED})",
        r"there is no word `except` here",
        r"write `\1 is in \2 and \1 is not \3`",
    ),
    slip(r"\bIF\([^\n]*\)?", "`IF(…)` is a formula of another program", FORMULAS["if"]),
    slip(
        r"\bis\s+(?:(?:this|next)\s+(month|quarter|year)|within\s+(half\s+a\s+year))\b",
        NOT_A_TEST,
        lambda m: f"write `is within the next {PERIODS[lowered(m[1] or m[2])]}`",
    ),
    slip(r"\bunless\b(.*)", "a rule says when it holds", r"write `when not (…)`", "rule"),
    slip(r"\bif\b", "a rule says when it holds", "write `when`", "rule"),
    slip(r"\bif\s+", "no `if` stands before a condition", "leave `if` out", "criterion"),
    slip(r"^[ \t]*if\b", "this begins no statement", 'write `rule "NAME": lead when …`'),
    slip(r"\A\s*when\b", "this begins no statement", 'write `rule "NAME": lead when …`'),
    slip(
        r"\belse\b",
        "there is no `else`: the first rule that says yes decides",
        "add a rule below this one, or `otherwise inquiry`",
    ),
    *VALUES,
    # --- formulas
    slip(r"\b(?!not\b)(\w+)\(([^()\n]*)\)?", r"`\1(…)` is a formula of another program", as_condition),
    slip(
        r"(?<![=!<>&|])(===?|!==|&&?|\|\|?|<>|=>|=<|~|!(?!=))(?![=<>&|])",
        r"there is no sign `\1` here",
        lambda m: f"write `{SIGNS[m[1]]}`",
    ),
    slip(
        r"(?:\bis\s+)?\b(?:(?:does\s+)?(not)\s+)?i?like\s+[\"“]([^\"”\n]*)[\"”]",
        "there is no test `like`",
        as_pattern,
    ),
    slip(
        r"\btoday(?:\(\))?\s*[-−+]\s*(\d+)",
        "there is no arithmetic with days in a test",
        r"write `within the last \1 days` or `more than \1 days ago`",
    ),
    slip(
        rf"(?<![\w\])])({FIELD}[ \t]*[-−+*/][ \t]*(?:{FIELD}|[$€£]?\d[\d.,]*[km]?))",
        "calculations belong in a `define`",
        r"add `define NAME as \1`, and ask about `NAME`",
        "criterion",
        "rule",
    ),
    # --- statements
    slip(
        r"(?<![+−\w-])(\d+)(?=\s+(?:when|per|fading)\b)", r"points have a sign: `\1`", r"write `+\1` or `-\1`", "score"
    ),
    slip(
        r"[+−-]?\d+\.\d+(?=\s+(?:when|per|fading)\b)",
        r"points are whole numbers, not `\g<0>`",
        lambda m: f"multiply all points by {10 ** len(m[0].partition('.')[2])}, and what the score is compared with",
        "score",
    ),
    slip(
        r"([+−-])\s+(\d+)(?=\s+(?:when|per|fading)\b)",
        "no space stands between the sign and the points",
        r"write `\1\2`",
        "score",
    ),
    slip(
        r"([+−-]?)\s*(\d+)\s+points?\s+(when|per|fading|if|for)\b",
        r"the word `points` is left out here",
        as_line,
        "score",
    ),
    slip(r"([+−-]?)\s*\b(\d+)\s+(if|for)\b", r"a line of a score says when it counts", as_line, "score"),
    slip(
        r",(?=\s*[+−-]?\s*\d+\s+(?:when|per|fading)\b)",
        "no comma stands between the lines of a score",
        "leave the comma out",
        "score",
    ),
    slip(
        r"\A(\s*rule\s+\"[^\"\n]*\"\s*):\s*(?P<here>when)\s*",
        "a rule says its stage before `when`",
        r"write `: lead when …`",
        "rule",
        edit="lead when",
    ),
    slip(
        r"\A\s*(rule|example)\s+(?P<here>\"([^\":\n]*):[^\"\n]*\"?)\s*",
        "this text has no closing quote where it should",
        r'write `\1 "\3": …`',
        code="E104",
        edit=lambda m: m["here"].replace(":", '":', 1),
    ),
    slip(r"\A(\s*rule\s+\"[^\"\n]*\")\s+(?=\w)", "a `:` is missing after the name", r"write `\1: …`", "rule"),
    slip(
        r"\A\s*(criterion|score)\s+(?P<here>\w+(?:[ \t]+\w+)+)\s*:",
        r"a name is one word: `\2`",
        lambda m: f"write `{m[1].lower()} {'_'.join(m[2].split())}:`",
        edit=lambda m: "_".join(m[2].split()),
    ),
    slip(
        r"\A\s*(criterion|score)\s+(\w+)[ \t]+(?=[^\":\s])",
        r"a `:` is missing after the name",
        lambda m: f"write `{m[1].lower()} {m[2]}: …`",
    ),
    slip(r"\A\s*list\s+(\w+)\s*=", r"a list begins with `:`", r"write `list \1: …`"),
    slip(r"\A\s*list\s+(\w+)\s+(?=[\"“])", r"a `:` is missing after the name", r"write `list \1: …`"),
    slip(
        r"\A\s*define\b[^\n]*?[\w)]\s+(?P<here>x|times|plus|minus|divided\s+by)\s+(?=[\w($€£])",
        r"there is no sign `\1` here",
        lambda m: f"write `{CALCULATION[lowered(m[1])]}`",
    ),
    slip(r"\A\s*define\s+(\w+)\s*[:=]", r"a computed field begins with `as`", r"write `define \1 as …`"),
    slip(
        r"\A\s*grade\s+(\w+)\s*:", "a grade needs the score that it grades", r"write `grade \1 of SCORE: …`", edit=None
    ),
    slip(
        r"\A\s*grade\b[^\n]*?[:,]\s*(?P<here>[A-Za-z]\w*)\s+from\b",
        r"text needs quotes: `\1`",
        r'write `"\1"`',
        code="E107",
    ),
    slip(r"\A\s*otherwise\s*:", "no `:` stands after `otherwise`", "write `otherwise inquiry`", edit="otherwise"),
    slip(
        r"\b(owner|version|agreed|review\s+by|given|expect|on|with)\s*:", r"no `:` stands after `\1`", r"write `\1 …`"
    ),
    slip(
        rf"\b({FIELD})\s+(?:is|=)\s+(?=[\"“\d$€£])",
        "`given` names a field and its value, with no test between",
        r"write `\1 …`",
        "example",
    ),
    slip(
        r"\bcoud\s+be\b|\bmay\s+be\b|\bmight\s+be\b",
        r"there is no expectation `\g<0>`",
        "write `could be lead`",
        "example",
    ),
    slip(r"\bexpects\b", "the word is `expect`", "write `expect`", "example"),
    slip(
        r"(?P<here>,)\s*(?:expect|on)\b\s*", "no comma stands before `on` or `expect`", "leave the comma out", "example"
    ),
    slip(
        r"\bup\s+to\s+(\d[\d,]*)\s*\Z",
        "`up to` needs the word `points` after the number",
        r"write `up to \1 points`",
        "score",
    ),
    slip(
        r"(?<!kept )\bbetween\s+([-−+]?\d+)\s+and\s+([-−+]?\d+)",
        "a score is kept between two numbers",
        r"write `kept between \1 and \2`",
        "score",
    ),
    slip(r"\bevery\s+(day|week|month|year)\b", "a period begins with a number", r"write `every 1 \1`", "score"),
    slip(r"\b(\w+)\s*[:=]\s*(?=[\"“])", r"no sign stands between `\1` and its text", r"write `\1 …`", "rule"),
    slip(
        rf"({FIELD})\s+(?!\d{{4}}-\d\d)({QUANTITY}\s?(?:[-–]\s?{QUANTITY}|\+))(?![-–\d])",
        "a range stands in quotes",
        r'write `\1 "\2"`',
        "example",
    ),
    slip(
        rf"({FIELD})\s+({QUOTED}(?:\s*,\s*{QUOTED})+)",
        "the texts of one cell stand in one pair of quotes",
        lambda m: f'write `{m[1]} "{"; ".join(text[1:-1] for text in re.findall(QUOTED, m[2]))}"`',
        "example",
    ),
    # --- conditions
    slip(
        rf"\bof\s*\n\s*(?P<here>[-–•*])\s+(?={QUOTED}|\d)",
        "values stand in a line, with commas",
        'write `any of "…", "…"`, or give them a name: `list NAME:` and a bullet for each',
    ),
    slip(
        r"\b(?P<here>(?:all|any|none|(?:at\s+least|at\s+most|exactly)\s+\d+)\s+of)\s*\n\s*[-–•*](?=\s)",
        "a checklist is a whole condition, and no part of one",
        lambda m: f"give it a name, `criterion NAME: {lowered(m[1])} …`, or write `({lowered(m[1])} A, B)` in a line",
    ),
    slip(
        rf"{IN_LINE}(?P<here>not\s+{FIELD})",
        "a condition in a list in a line stands in brackets",
        r"write `(\1)`",
    ),
    slip(
        rf"{IN_LINE}(?P<here>({FIELD})\s+(?:{FIRST_WORDS})\b)",
        "a condition in a list in a line stands in brackets",
        r"write `(\2 …)`",
    ),
    slip(rf",\s*(?P<here>or|and)\s+(?={QUOTED})", r"no `\1` stands in a list of values", r"leave `\1` out"),
    slip(r"\b(all|any|none)\s+of\s*:", r"no `:` stands after `\1 of`", r"write `\1 of`"),
    slip(r"\bof\s*(?P<here>:)(?=\s*\n)", "no `:` stands after `of`", "leave the `:` out"),
    slip(
        rf"(\b(?:at\s+least|at\s+most|exactly)\s+)?\b({'|'.join(NUMBERS)})\s+of\b",
        r"the number is written in digits: `\2`",
        lambda m: f"write `{m[1] or 'at least '}{in_digits(m[2])} of`",
    ),
    slip(
        r"(?<!at least )(?<!at most )(?<!exactly )\b(\d+)\s+of\b",
        r"`\1 of` needs to know whether more will do",
        r"write `at least \1 of` or `exactly \1 of`",
    ),
    slip(
        rf"(?:\b(?:when|and|or|not|if)|[(:]|^[ \t]*[-–•*])\s*(?P<here>[\"“]([^\"”\n]+)[\"”])"
        rf"\s+(?=(?:{FIRST_WORDS})\b|[=≠<>≥≤]|!=)",
        "a column stands in square brackets, a text in quotes",
        r"write `[\2]`",
    ),
    slip(r"\bis\s+(>=|<=|!=|[<>=≥≤≠])", r"`is` and `\1` say the same", r"write `\1`"),
    slip(
        r"\b(and|or)\s+(?P<here>is|mentions|contains|includes|does\s+not)\b\s*",
        "each test says its field",
        r"write `\1 FIELD \2 …`, or one list: `is any of …`",
    ),
    slip(
        r"\bis\s+([$€£]?\d[\d.,]*[km]?)\s*(?:-|–|to)\s*([$€£]?\d[\d.,]*[km]?)\b",
        "a range is tested with `between`",
        r"write `is between \1 and \2`",
    ),
    slip(
        rf"\b(is(?:\s+not)?|(?:{'|'.join(PLAIN)}|does\s+not\s+(?:{'|'.join(PLAIN.values())}))(?:\s+with)?)"
        rf"\s+({QUOTED}(?:\s*,(?:\s*or\b)?\s*{QUOTED})+)",
        "several values go after `any of`",
        as_any_of,
    ),
    # --- signs
    slip(r";(?=[ \t]*\S)", "no `;` stands between values", "write `,`", "list", "stages"),
    slip(rf"{QUOTED}(?P<here>;)\s*(?={QUOTED})", "no `;` stands between values", "write `,`"),
    slip(r";", "no `;` stands between statements or conditions", "leave it out, or write `and`"),
    slip(
        rf"(?<![\w\]]){FIELD}\s+(?P<here>does\s+not\s+({'|'.join(PLAIN)}))\b",
        r"`does not` goes with the plain form",
        lambda m: f"write `does not {PLAIN[lowered(m[2])]}`",
    ),
    slip(
        rf"(?<![\w\]])({FIELD})\s+({longest_first(VERBS)})(?![\w(])",
        r"there is no test `\2`",
        lambda m: f"write `{m[1]} {VERBS[lowered(m[2])]} …`",
    ),
    slip(
        rf"(?<![\w\]\"“”])(?!(?:{NO_FIELD})\b)([^\W\d]\w*(?:[ \t]+(?!(?:{NO_FIELD})\b)[^\W\d]\w*){{1,4}})"
        rf"(?=[ \t]+(?:{FIRST_WORDS})\b|[ \t]*[<>=≥≤≠])",
        "a column of several words stands in square brackets",
        r"write `[\1]`",
    ),
    slip(
        rf",(?=\s*(?:\w+|\[[^\]\n]*\])\s+(?:{FIRST_WORDS})\b)",
        "conditions are joined by words, not by a comma",
        "write `and` or `or`",
    ),
)
