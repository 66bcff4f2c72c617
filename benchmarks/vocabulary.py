"""The vocabulary of the benchmarks' invented market: regions, industries, titles, companies.

Seeds only decide which contact has which value, so any of the rule sets fits any of the contact files.
"""

from itertools import product


def _split(names: str) -> list[str]:
    return names.split(",")


REGIONS = {
    "DACH": ("DE", "AT", "CH"),
    "Nordics": ("NO", "SE", "DK", "FI", "IS"),
    "Benelux": ("NL", "BE", "LU"),
    "Iberia": ("ES", "PT"),
    "France_Italy": ("FR", "IT"),
    "Islands": ("GB", "IE"),
    "Central_Europe": ("PL", "CZ", "SK", "HU", "RO"),
    "Gulf": ("AE", "SA", "QA"),
    "North_America": ("US", "CA", "MX"),
    "Asia_Pacific": ("JP", "SG", "AU", "NZ", "IN", "KR"),
}
COUNTRIES = [country for countries in REGIONS.values() for country in countries]
INDUSTRIES = _split(
    "Software,Retail,Logistics,Manufacturing,Banking,Insurance,Healthcare,Health Insurance,Energy,Education,"
    "Construction,Telecoms,Travel,Public Sector"
)
LEVELS = {  # the titles of a persona, and its share of all contacts
    "Executives": (("CEO", "CFO", "COO", "CTO", "Chief", "President", "Founder", "Managing Director"), 0.14),
    "VicePresidents": (("VP", "Vice President", "SVP", "EVP"), 0.12),
    "Directors": (("Director", "Senior Director", "Head of", "Global Head of"), 0.18),
    "Managers": (("Manager", "Senior Manager", "Team Lead", "Product Owner"), 0.24),
    "Specialists": (("Engineer", "Analyst", "Consultant", "Architect", "Specialist"), 0.22),
    "Helpers": (("Assistant", "Intern", "Working Student", "Trainee"), 0.10),
}
FUNCTIONS = _split(
    "Sales,Marketing,Finance,Operations,IT,Procurement,Customer Success,Support,Data,Security,Legal,People,Product,"
    "Supply Chain,Quality,Research,Compliance,Facilities,E-Commerce,Revenue Operations"
)
TITLE_FORMS = ("{level} of {function}", "{level}, {function}", "{function} {level}", "{level} – {function}", "{level}")
TITLE_TAILS = ("", "", "", "", " EMEA", " (interim)", ", Région Sud", " / Deputy", " & Partnerships", " II")
PAINS = _split(
    "manual entry,slow reporting,data quality,churn,too many tools,audit findings,missed deadlines,double work,"
    "hiring,travel costs,stock-outs,late invoices"
)
GOALS = _split("new forecast,shorter onboarding,better reporting,safe audit,fewer spreadsheets,lower cost")
PLACES = _split("in sales,for the board,at all sites,in the field,for partners,in the warehouse")
DETAILS = ("", "", ", as in the pilot", *(f", {people} users" for people in range(5, 300, 5)))
SOURCES = _split(
    "Web form,Paid: search,Paid: social,Webinar,Trade fair,Referral,Partner,Cold call,Newsletter,Bought list"
)
KINDS = ("Labs", "Group", "Works", "Shop", "Bank", "Lines", "Power", "Care")
SYLLABLES = _split("ba,co,dal,fe,gri,ho,ju,ka,lor,me,no,pel,ro,si,ta,vi")
SURNAMES = ["".join(parts) for parts in product(SYLLABLES, repeat=2)]
STEMS = ["".join(parts) for parts in product(SYLLABLES, repeat=3)]
NAMES = ["".join(parts) for parts in product(SYLLABLES, ("a", "en", "is", "o", "u", "ette", "ard", "ine"))]
COMPANIES = [(stem, KINDS[(number + turn) % len(KINDS)]) for turn in range(5) for number, stem in enumerate(STEMS)]
TARGET_ACCOUNTS = [f"{stem}-{kind.lower()}.example" for stem, kind in COMPANIES[::20]][:1000]
BANDS = ("1-10", "11-50", "51-200", "201-500", "501-1,000", "1,001-5,000", "5,001-10,000", "10,000+", "<50", "over 500")
