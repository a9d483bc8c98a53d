"""What English charts are about: invented places and companies, measures with their units, and dimensions."""

from __future__ import annotations

from .topics import Dimension, Measure, Unit, Words

PERCENT = Unit("", "%", "%")
DOLLARS = Unit("$", "", "$")
MILLIONS = Unit("$", "m", "$m")
BILLIONS = Unit("$", "bn", "$bn")
EUROS = Unit("€", "", "€")

_FIRST = [
    "Tarn",
    "Bel",
    "Oster",
    "Ald",
    "Brin",
    "Cal",
    "Dun",
    "Elm",
    "Fen",
    "Glen",
    "Hart",
    "Isle",
    "Kel",
    "Lin",
    "Mar",
    "Nor",
    "Pen",
    "Quin",
    "Ros",
    "Stan",
    "Thorn",
    "Ul",
    "Ves",
    "Wex",
    "Yar",
]
_LAST = [
    "wick",
    "ford",
    "mere",
    "holm",
    "ton",
    "by",
    "dale",
    "port",
    "stead",
    "haven",
    "brook",
    "field",
    "gate",
    "minster",
    "combe",
    "moor",
]
PLACES = tuple(first + last for first in _FIRST for last in _LAST)
COMPANIES = tuple(
    f"{first} {last}"
    for first in ("Alder", "Borealis", "Cobalt", "Delmont", "Ember", "Fairway", "Granite", "Halden", "Ivory", "Juniper")
    for last in ("Foods", "Energy", "Air", "Motors", "Labs", "Mobile", "Paper", "Steel")
)
COUNTRIES = (
    "Norway",
    "Sweden",
    "Finland",
    "Denmark",
    "Iceland",
    "Ireland",
    "Spain",
    "Portugal",
    "Italy",
    "Greece",
    "Poland",
    "Austria",
    "Hungary",
    "Romania",
    "Germany",
    "France",
    "Belgium",
    "Netherlands",
    "Japan",
    "South Korea",
    "India",
    "Vietnam",
    "Thailand",
    "Indonesia",
    "Australia",
    "New Zealand",
    "Canada",
    "Mexico",
    "Brazil",
    "Chile",
    "Peru",
    "Kenya",
    "Ghana",
    "Egypt",
    "Morocco",
    "South Africa",
    "United States",
    "United Kingdom",
)


def _measure(name: str, unit: Unit, low: float, high: float, decimals: int = 0, told: str = "") -> Measure:
    return Measure(name, unit, low, high, decimals, told)


MEASURES = (
    _measure("ferry passengers", Unit("", "", "thousand"), 20, 900, told="thousand a month"),
    _measure("rooftop solar capacity", Unit("", "", "MW"), 15, 480, told="MW"),
    _measure("rent for a two-room flat", DOLLARS, 480, 2900, told="US dollars a month"),
    _measure("homes with a heat pump", PERCENT, 3, 68, told="% of households"),
    _measure("library visits", Unit("", "m", "m"), 1, 12, 1, "million a year"),
    _measure("apple harvest", Unit("", "", "thousand tonnes"), 12, 640, told="thousand tonnes"),
    _measure("bicycle trips", Unit("", "k", "k"), 14, 98, told="thousand a day"),
    _measure("waiting time for surgery", Unit("", "", "days"), 11, 190, told="days"),
    _measure("revenue", BILLIONS, 1, 48, 1, "billion US dollars"),
    _measure("net sales", MILLIONS, 60, 960, told="million US dollars"),
    _measure("operating margin", PERCENT, -9, 28, 1, "% of revenue"),
    _measure("adults who read a newspaper daily", PERCENT, 8, 71, told="% of adults"),
    _measure("workers who commute by train", PERCENT, 4, 47, told="% of workers"),
    _measure("recycled household waste", PERCENT, 12, 74, 1, "% of waste"),
    _measure("price of a loaf of bread", EUROS, 1, 4.8, 2, "euros"),
    _measure("spending on research", BILLIONS, 2, 95, told="billion US dollars"),
    _measure("electric cars sold", Unit("", "", "thousand"), 3, 320, told="thousand"),
    _measure("trust in local government", PERCENT, 15, 82, told="% who trust it a lot or somewhat"),
    _measure("average rainfall", Unit("", "", "mm"), 24, 210, told="mm"),
    _measure("broadband speed", Unit("", "", "Mbit/s"), 18, 460, told="Mbit/s, median"),
    _measure("food exports", BILLIONS, 1, 37, 1, "billion US dollars"),
    _measure("new dwellings", Unit("", "", ""), 140, 9800, told="number completed"),
    _measure("museum visitors", Unit("", "", ""), 1200, 86000, told="visitors a week"),
    _measure("job vacancies", Unit("", "", "thousand"), 9, 410, told="thousand"),
    _measure("wage growth", PERCENT, -3, 9, 1, "% on a year earlier"),
    _measure("vaccination coverage", PERCENT, 51, 97, told="% of children"),
    _measure("parcels delivered", Unit("", "m", "m"), 4, 88, told="million"),
    _measure("hotel nights", Unit("", "", "million"), 1, 39, 1, "million"),
    _measure("freight by rail", Unit("", "", "million tonnes"), 3, 140, told="million tonnes"),
    _measure("staff turnover", PERCENT, 3, 38, 1, "% of employees"),
)

_SURVEYS = (
    ("Views on a four-day working week", ("Strongly favor", "Favor", "Oppose", "Strongly oppose", "Not sure")),
    ("Confidence in weather forecasts", ("A great deal", "Some", "Not much", "None at all")),
    ("Main way of heating the home", ("Gas", "Heat pump", "District heat", "Oil", "Wood", "Electric")),
    ("How people travel to work", ("Car", "Train", "Bus", "Bicycle", "On foot")),
    ("How often people cook at home", ("Every day", "Several times a week", "Once a week", "Rarely or never")),
    ("Satisfaction with the local clinic", ("Very satisfied", "Somewhat satisfied", "Dissatisfied", "Don't know")),
    ("Where news is read first", ("Phone app", "Website", "Television", "Radio", "Print")),
    ("Attitude towards city tolls", ("Support", "Oppose", "No opinion")),
    ("Electricity generation by source", ("Wind", "Hydro", "Solar", "Nuclear", "Gas", "Coal")),
    ("Where the household budget goes", ("Housing", "Food", "Transport", "Health", "Leisure", "Other")),
    ("Use of farmland", ("Cereals", "Pasture", "Vegetables", "Orchards", "Fallow")),
    ("Freight by mode", ("Road", "Rail", "River", "Sea", "Air")),
)

_DIMENSIONS = (
    Dimension("region", ("North", "East", "South", "West", "Centre", "Coast", "Islands", "Highlands", "Capital area")),
    Dimension("age group", ("18 to 29", "30 to 44", "45 to 59", "60 to 74", "75 and over"), ordered=True),
    Dimension("age", ("Ages 18-29", "30-49", "50-64", "65+"), ordered=True),
    Dimension(
        "education",
        ("No diploma", "High school", "Vocational training", "Some college", "College degree", "Postgraduate"),
        ordered=True,
    ),
    Dimension("income", ("Lowest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Top fifth"), ordered=True),
    Dimension(
        "sector", ("Farming", "Mining", "Building", "Retail", "Transport", "Finance", "Health", "Schools", "Catering")
    ),
    Dimension(
        "department", ("Sales", "Support", "Research", "Finance", "Legal", "Logistics", "Design", "Human resources")
    ),
    Dimension("store type", ("Supermarket", "Corner shop", "Online", "Market stall", "Warehouse", "Pharmacy")),
    Dimension("crop", ("Wheat", "Barley", "Maize", "Potatoes", "Rapeseed", "Sugar beet", "Oats", "Rye")),
    Dimension("weekday", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), ordered=True),
    Dimension("city", PLACES),
    Dimension("district", tuple(f"{place} {kind}" for place in PLACES[::7] for kind in ("Vale", "Hill", "Quay"))),
    Dimension("country", COUNTRIES),
    Dimension("company", COMPANIES),
)

_SERIES = (
    Dimension("", ("Men", "Women")),
    Dimension("", ("Urban", "Rural")),
    Dimension("", ("Plan", "Actual")),
    Dimension("", ("2019", "2024")),
    Dimension("", ("2014", "2019", "2024"), ordered=True),
    Dimension("", ("Owners", "Tenants", "Lodgers")),
    Dimension("", ("Public", "Private", "Cooperative")),
    Dimension("", ("Under 35", "35 to 54", "55 and over"), ordered=True),
    Dimension("", ("Basic", "Standard", "Premium", "Business")),
    Dimension("", ("Primary", "Secondary", "Tertiary")),
    Dimension("", COUNTRIES),
    Dimension("", PLACES),
    Dimension("", COMPANIES),
)

ENGLISH = Words(
    language="en",
    measures=MEASURES,
    surveys=_SURVEYS,
    dimensions=_DIMENSIONS,
    series=_SERIES,
    places=PLACES,
    titles=(
        "{Measure} by {dimension}, {year}",
        "{Measure} by {dimension}",
        "{Place}: {measure} by {dimension}",
        "{Measure} in {place}, by {dimension}",
        "How {measure} differs by {dimension}",
        "{Place} looks again at {measure}",
        "Wide gaps in {measure} by {dimension}",
        "What {place} reports on {measure} in {year}",
    ),
    time_titles=(
        "{Measure} since {start}",
        "{Measure} in {place}, {start} to {year}",
        "{Place}: {measure} over time",
        "How {measure} has changed in {place}",
        "The long road of {measure} in {place}",
        "{Measure} at a glance",
    ),
    long_titles=(
        "{Measure} by {dimension}: what the {place} survey of {year} shows and what it leaves open",
        "In {place} and around it, {measure} varies far more by {dimension} than most residents would expect",
        "{Place} publishes its first figures on {measure}, with wide differences by {dimension}",
    ),
    subtitles=("{told}, {year}", "{told}", "In {place}, {told}", "{told}, {place} region"),
    notes=(
        "Source: {place} Statistics Office, {year}",
        "Source: {place} Household Survey, wave {wave}",
        "Note: Figures are rounded. Source: {place} Chamber of Trade",
        "Source: annual report of the {place} Council",
        "Data: {place} Institute for Regional Studies",
    ),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    year_label="{}",
    quarter_label="Q{quarter} {year}",
    axis_titles={"year": "Year", "month": "Month", "quarter": "Quarter"},
)
