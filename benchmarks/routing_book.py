"""Rule sets for the benchmarks: routing rules of a large company, by region, size, industry, person, need and money.

ASKED, the table below, has every test of the language, grouped by subject, each with the approximate share of contacts
that pass it. A rule combines tests of different groups until few enough contacts pass. All rules together place about a
third of the contacts, however many rules there are. Nothing is tuned to any engine.
"""

import random
import re

from vocabulary import COUNTRIES, FUNCTIONS, GOALS, INDUSTRIES, KINDS, LEVELS, PAINS, REGIONS, SOURCES, TARGET_ACCOUNTS

# Groups of tests; a rule has at most one test of each group. A number is the approximate share of contacts for which
# the test is yes; names in braces, such as `{country}`, are filled from SLOTS. Every test of the language occurs.
ASKED = {
    "place": (
        (0.09, "country is in {region}"),
        (0.03, "country is {country}"),
        (0.08, "country is any of {country}, {country}, {country}"),
        (0.80, "country is not in {region}"),
        (0.88, "country is not {country}"),
    ),
    "size": (
        (0.19, "employees is between 50 and 250"),
        (0.24, "employees is between 250 and 2,500"),
        (0.40, "employees is at least {headcount}"),
        (0.44, "employees is more than {headcount}"),
        (0.42, "employees is at most {headcount}"),
        (0.38, "employees is less than {headcount}"),
        (0.54, "employees is not between 200 and 1,000"),
        (0.51, "revenue is at least {millions}"),
        (0.25, "revenue is under {millions}"),
        (0.24, "revenue is between $5M and $50M"),
    ),
    "industry": (
        (0.06, "industry is {industry}"),
        (0.12, "industry is any of {industry}, {industry}"),
        (0.70, "industry is none of {industry}, {industry}"),
        (0.12, 'industry starts with "Health"'),
        (0.70, 'industry does not start with any of "Public", "Edu"'),
        (0.04, "domain of email is in TargetAccounts"),
        (0.04, "email belongs to any of TargetAccounts"),
        (0.94, "email does not belong to any of TargetAccounts"),
        (0.12, 'company contains "{kind}"'),
        (0.24, 'company ends with any of "{kind}", "{kind}"'),
        (0.11, 'email matches "*@*-{kind}.example"'),
        (0.85, 'company does not end with "{kind}"'),
        (0.77, 'email does not match "*@*-{kind}.example"'),
    ),
    "person": (
        (0.15, "title mentions any of Executives"),
        (0.22, "title mentions any of Executives, VicePresidents"),
        (0.17, "title mentions any of Directors"),
        (0.19, "title mentions any of Managers"),
        (0.04, 'title mentions "{function}"'),
        (0.08, 'title mentions any of "{function}", "{function}"'),
        (0.05, 'title mentions all of "Senior", "Manager"'),
        (0.77, "title mentions none of Helpers"),
        (0.74, 'title does not mention any of "Assistant", "Intern", "Trainee", "{function}"'),
        (0.08, 'title starts with any of "Head", "Global Head"'),
        (0.09, 'title ends with "interim)"'),
        (0.05, 'title contains "lead"'),
        (0.81, 'title does not contain "engineer"'),
        (0.10, 'title matches "*director*"'),
        (0.66, "title mentions none of Specialists"),
    ),
    "need": (
        (0.10, "pain_points includes {pain}"),
        (0.27, "pain_points includes any of {pain}, {pain}, {pain}"),
        (0.01, "pain_points includes all of {pain}, {pain}"),
        (0.50, "pain_points does not include any of {pain}, {pain}"),
        (0.35, "number of pain_points is at least 2"),
        (0.11, 'use_case mentions "{goal}"'),
        (0.34, 'use_case does not mention any of "warehouse", "board", "sites", "pilot"'),
        (0.64, "length of use_case is more than 25"),
        (0.70, "use_case is known"),
        (0.30, "pain_points is unknown"),
    ),
    "money": (
        (0.49, "budget is at least {thousands}"),
        (0.48, "budget is over {thousands}"),
        (0.22, "budget is less than {thousands}"),
        (0.10, "budget is between $25k and $50k"),
        (0.57, "budget is not between $10k and $25k"),
        (0.005, "budget is any of $25k, $40k, $50k"),
        (0.66, "budget is not $25,000"),
        (0.31, "budget is unknown"),
        (0.16, "budget_per_head is more than $250"),
        (0.70, "money_seen is at least {thousands}"),
    ),
    "time": (
        (0.21, "decision_date is within the next 6 months"),
        (0.04, "decision_date is within the next {soon}"),
        (0.23, "decision_date is before {day}"),
        (0.46, "decision_date is on or after {day}"),
        (0.26, "decision_date is on or before {day}"),
        (0.45, "decision_date is after {day}"),
        (0.20, "decision_date is between 2027-01-01 and 2027-06-30"),
        (0.67, "decision_date is not between 2026-12-15 and 2027-01-10"),
        (0.70, "decision_date is not 2026-12-31"),
        (0.19, "decision_date is more than 1 year away"),
        (0.19, "decision_date is at least 12 months away"),
        (0.21, "decision_date is less than 26 weeks away"),
        (0.10, "decision_date is at most 90 days away"),
        (0.60, "decision_date is after today"),
        (0.13, "days until decision_date is between 10 and 120"),
    ),
    "visit": (
        (0.08, "last_visit is within the last {soon}"),
        (0.44, "last_visit is more than 6 months ago"),
        (0.62, "last_visit is at least 90 days ago"),
        (0.24, "last_visit is less than 4 months ago"),
        (0.25, "last_visit is at most 18 weeks ago"),
        (0.64, "last_visit is after created"),
        (0.36, "days since created is less than 365"),
        (0.30, "year of created is 2026"),
        (0.13, "first known of last_visit, created is within the last 60 days"),
        (0.23, "webinars is at least 2"),
        (0.17, "webinars is any of 2, 3, 5"),
        (0.41, "webinars is none of 0, 7"),
        (0.41, "webinars is not 0"),
        (0.19, "webinars is 1"),
        (0.28, "page_views is more than {views}"),
        (0.10, "source is {source}"),
        (0.86, "source is not {source}"),
        (0.19, 'source starts with "Paid:"'),
    ),
    "standing": (
        (0.08, "demo_requested"),
        (0.72, "demo_requested is no"),
        (0.20, "demo_requested is unknown"),
        (0.94, "not unsubscribed"),
        (0.45, "{criterion}"),
        (0.32, "not {criterion}"),
        (0.72, "{criterion} is known"),
        (0.32, "{criterion} is unknown"),
        (0.65, "({criterion} or {criterion})"),
        (0.54, "({criterion} or {criterion} is unknown)"),
        (0.55, "(at least 2 of Budget, Authority, Need, Timing)"),
        (0.14, "(exactly 1 of Budget, Authority, Timing)"),
        (0.31, "(at most 1 of Authority, Need, Timing)"),
        (0.23, "(none of Authority, Timing)"),
        (0.79, "(any of Budget, Need, (Fit and Timing))"),
        (0.19, "(all of Authority, Need)"),
        (0.30, "Engagement is at least {points}"),
        (0.29, "Engagement is between 20 and 40"),
        (0.56, "Fitness is more than {points}"),
        (0.46, 'Interest is "C" or better'),
        (0.43, 'Interest is any of "B", "C"'),
        (0.46, 'Interest is not "D"'),
        (0.03, 'Interest is "A"'),
    ),
}
EXCLUDED = (
    "is_customer and country is in {region}",
    "is_customer is yes and industry is {industry}",
    "unsubscribed and last_visit is more than {soon} ago",
    'title mentions any of "Working Student", "Intern" and employees is less than {headcount}',
    'source is "Bought list" and country is {country}',
)
SLOTS = {
    "region": list(REGIONS),
    "country": [f'"{country}"' for country in COUNTRIES],
    "headcount": ["100", "200", "250", "500", "1,000"],
    "millions": ["$5M", "$10M", "$25M", "$50M", "$100M"],
    "thousands": ["$10k", "$20,000", "$25k", "$40,000", "$75k", "100k USD"],
    "industry": [f'"{industry}"' for industry in INDUSTRIES],
    "kind": list(KINDS),
    "function": FUNCTIONS,
    "pain": [f'"{pain}"' for pain in PAINS],
    "goal": [word for goal in GOALS for word in (goal, goal.split()[-1])],
    "soon": ["14 days", "30 days", "6 weeks", "2 months"],
    "day": ["2026-12-31", "2027-01-31", "2027-03-31", "2027-06-30"],
    "views": ["10", "20", "40"],
    "source": [f'"{source}"' for source in SOURCES],
    "points": ["20", "35", "50"],
    "criterion": ["Budget", "Authority", "Need", "Timing", "Fit", "Engaged", "KeyAccount", "Established"],
}
TEAMS = ("SDRs", "inside sales", "account executives", "partner desk", "key accounts", "renewals", "field sales")
PLACED = 0.8  # the sum of the shares of all rules; rules overlap, so fewer contacts are placed

OPENING = """\
# A made-up routing book of {count} rules.
rules "Routing book, {count} rules":
  owner "revenue-operations@acme.example"
  version "2026.11"
  agreed 2026-10-15

stages: excluded, inquiry, "marketing lead", lead

{lists}

define budget_per_head as budget / employees
define money_seen as first known of budget, revenue

criterion Budget "money is set aside":
  budget is at least $25,000
  or budget_per_head is at least $200

criterion Authority "can sign, or sits with those who sign":
  title mentions any of Executives, VicePresidents, Directors
  and title does not mention any of Helpers

criterion Need "has a problem that we solve":
  pain_points includes any of "manual entry", "slow reporting", "churn", "data quality"
  or use_case mentions any of "reporting", "onboarding"

criterion Timing "decides within half a year":
  decision_date is within the next 6 months

criterion Fit "a company we can serve": all of
  - country is not any of "MX", "KR"
  - employees is between 50 and 10,000
  - (industry is none of "Public Sector", "Education" or domain of email is in TargetAccounts)

criterion Engaged "looked at us of late": at least 2 of
  - last_visit is within the last 60 days
  - webinars is at least 1
  - page_views is more than 10
  - demo_requested

criterion KeyAccount:
  domain of email is in TargetAccounts or revenue is at least $250M

criterion Established "with us for a while": none of
  - created is within the last 6 months
  - source is any of "Bought list", "Cold call"

score Engagement:
  +30 when demo_requested
  +10 when Engaged
  +5 per webinars up to 15 points
  +1 per page_views up to 20 points
  +40 fading by 10 every 30 days since last_visit
  -20 when unsubscribed
  kept between 0 and 100

score Fitness:
  +25 when Fit
  +25 when Authority
  +15 when Budget or Budget is unknown
  +20 when KeyAccount
  +10 when industry is any of "Software", "Retail", "Logistics"
  -15 when title mentions any of Helpers

grade Interest of Engagement: "A" from 70, "B" from 45, "C" from 20, otherwise "D"
"""
CLOSING = '\notherwise inquiry with queue "Nurture"\n'


def rules_for(count: int, seed: int = 1, accounts: str | None = None) -> str:
    """Return a rule file of `count` rules.

    Its list of 1,000 target accounts is in the text, or in the CSV file that `accounts` names.
    """
    rng = random.Random(f"{seed} {count}")
    exclusions = min(max(1, count // 50), 10)
    rules = [rule(rng, number, excluded=number <= exclusions, share=PLACED / count) for number in range(1, count + 1)]
    return OPENING.format(count=f"{count:,}", lists=lists(accounts)) + "\n" + "\n".join(rules) + CLOSING


def rule(rng: random.Random, number: int, *, excluded: bool, share: float) -> str:
    if excluded:
        return f'rule "{number} kept out":\n  excluded when {filled(rng, rng.choice(EXCLUDED))}\n'
    body, place = conditions(rng, share)
    stage = rng.choice(('"marketing lead"', "lead", "lead"))
    outputs = f'queue "{place} {rng.choice(TEAMS)}", respond_within "{rng.choice((1, 4, 8, 24))} hours"'
    return f'rule "{number} {place}":\n  {stage} when {body}\n  with {outputs}\n'


def conditions(rng: random.Random, share: float) -> tuple[str, str]:
    """Return the body of a rule that about this share of contacts pass, and the name of their place."""
    slack = rng.random() < 0.1  # "at least 3 of" four tests instead of all of them
    groups = [*rng.sample([group for group in ASKED if group != "place"], 4), "place"]
    tests: list[str] = []
    shares: list[float] = []
    while groups and (len(tests) < 2 + slack or passing(shares, len(shares) - slack) > share):
        # The place comes first. While too many contacts pass, choose from the more selective half of a group.
        choices = sorted(ASKED[groups.pop()])
        if passing(shares, len(shares) - slack) * 0.3 ** len(groups) > share:
            choices = choices[: len(choices) // 2 + 1]
        chosen = rng.choice(choices)
        tests.append(filled(rng, chosen[1]))
        shares.append(chosen[0])
    place = "World" if " not " in tests[0] else re.findall(r"[A-Z]\w+", tests[0])[0]
    rng.shuffle(tests)
    bullets = "".join(f"\n    - {test}" for test in tests)
    if slack:
        return f"at least {len(tests) - 1} of{bullets}", place
    return (f"all of{bullets}" if rng.random() < 0.3 else "\n    and ".join(tests)), place


def passing(shares: list[float], needed: int) -> float:
    """Return the share of contacts that pass at least `needed` of the tests, assuming that these are independent."""
    counts = [1.0]
    for share in shares:
        fails, passes = [c * (1 - share) for c in counts], [c * share for c in counts]
        counts = [a + b for a, b in zip([*fails, 0.0], [0.0, *passes], strict=True)]
    return sum(counts[needed:])


def filled(rng: random.Random, test: str) -> str:
    """Return a test with a different value in each of its slots."""
    slots = re.findall(r"\{(\w+)\}", test)
    values = {slot: rng.sample(SLOTS[slot], slots.count(slot)) for slot in dict.fromkeys(slots)}
    return re.sub(r"\{(\w+)\}", lambda slot: values[slot[1]].pop(), test)


def lists(accounts: str | None) -> str:
    """Return the statements of all lists: regions, personas, target accounts."""
    named = REGIONS | {name: levels for name, (levels, _) in LEVELS.items()}
    statements = [f"list {name}: " + ", ".join(f'"{value}"' for value in values) for name, values in named.items()]
    if accounts:
        return "\n".join([*statements, f'list TargetAccounts from "{accounts}" column "Domain"'])
    return "\n".join([*statements, "list TargetAccounts:", *(f'  - "{domain}"' for domain in TARGET_ACCOUNTS)])
