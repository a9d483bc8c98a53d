"""The invented figures of Tarnwick Instruments plc, from which the annual report's tables and charts are drawn.

They add up (a test checks it). Money is in millions of dollars unless a name says otherwise.
"""

from __future__ import annotations

from .vector_charts import ChartText

YEARS = ("2020", "2021", "2022", "2023", "2024")
SEGMENTS = ("Sensors", "Flow meters", "Software")
REVENUE_BY_SEGMENT = (
    (96.2, 104.9, 118.3, 127.6, 141.8),
    (71.4, 69.8, 74.1, 72.9, 70.3),
    (22.8, 29.5, 38.7, 51.2, 67.4),
)
REVENUE_CHART = ChartText("Revenue by segment", "Millions of dollars", YEARS, SEGMENTS)

CUSTOMERS_CHART = ChartText(
    "Who buys from us",
    "Share of revenue in 2024",
    ("Water utilities", "Environment agencies", "Industry", "Farms", "Research"),
)
CUSTOMER_SHARES = (54, 19, 15, 8, 4)

SEGMENT_TABLE = (
    (
        "Segment",
        "Revenue 2024, $m",
        "Revenue 2023, $m",
        "Change, %",
        "Operating profit, $m",
        "Order backlog at 31 December, $m",
    ),
    ("Sensors", "141.8", "127.6", "+11.1", "24.1", "52.7"),
    ("Flow meters", "70.3", "72.9", "−3.6", "6.2", "31.4"),
    ("Software", "67.4", "51.2", "+31.6", "15.5", "88.9"),
    ("Central costs", "–", "–", "–", "(7.4)", "–"),
    ("Group", "279.5", "251.7", "+11.0", "38.4", "173.0"),
)

REGIONS = (
    "Nordic countries",
    "British Isles",
    "Central Europe",
    "North America",
    "Iberia",
    "Southeast Asia",
    "South America",
)
SENSORS_BY_REGION = (212, 187, 164, 141, 58, 47, 36)
"""Thousands of connected sensors at the end of 2024."""

RESEARCH_CHART = ChartText(
    "Spending on research and development",
    "Millions of dollars",
    ("2018", "2019", "2020", "2021", "2022", "2023", "2024"),
)
RESEARCH_SPENDING = (17.9, 19.6, 21.2, 23.5, 26.4, 29.8, 34.7)
PROJECT_TABLE = (
    ("Project", "What it is", "Started", "Spent so far, $m", "Launch"),
    ("Heron 6", "Level logger with a ten-year battery", "2022", "8.6", "September 2025"),
    ("Dipper Nitrate", "Optical nitrate probe without reagents", "2021", "12.3", "March 2026"),
    ("Otter Clamp", "Clamp-on meter for pipes up to two metres", "2023", "4.1", "June 2026"),
    ("Siltcast", "Sediment forecasts from satellite images", "2024", "2.7", "In pilot"),
    ("Quietline", "Leak detection by listening to pipes", "2023", "3.5", "Not decided"),
)

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ON_TIME_DELIVERY = (94, 71, 63, 72, 83, 89, 92, 93, 95, 95, 96, 97)
"""Percent of orders delivered on the promised day, 2024."""

SITE_TABLE = (
    ("Site", "Country", "Main work", "2024", "2023"),
    ("Tarnwick", "United Kingdom", "Head office, software", "412", "398"),
    ("Corrie Bridge", "United Kingdom", "Repairs, training", "96", "241"),
    ("Lindhamn", "Sweden", "Sensor factory", "318", "176"),
    ("Valdrecht", "Netherlands", "Flow meter factory", "147", "139"),
    ("Port Ellis", "Canada", "Sales and service", "88", "81"),
    ("Kuala Damai", "Malaysia", "Sales and service", "63", "42"),
    ("Group", "", "", "1,124", "1,077"),
)
SURVEY_CHART = ChartText(
    "What our people say",
    "Share of answers in the staff survey of November 2024, %",
    (
        "I would recommend Tarnwick as an employer",
        "I can speak up when something is wrong",
        "My workload is manageable",
        "I know how my pay is decided",
    ),
    ("Agree", "Neither", "Disagree"),
)
SURVEY_ANSWERS = ((82, 77, 61, 46), (11, 14, 17, 23), (7, 9, 22, 31))

EMISSIONS_CHART = ChartText(
    "Greenhouse gas emissions by source",
    "Thousand tonnes of carbon dioxide equivalent",
    ("Purchased components", "Freight", "Electricity", "Heating", "Business travel", "Commuting"),
    ("2024", "2023"),
)
EMISSIONS = ((21.4, 8.7, 3.9, 2.6, 1.8, 1.1), (22.9, 6.3, 5.2, 3.1, 2.4, 1.2))
TARGET_TABLE = (
    ("Measure", "2019 base", "2023", "2024", "Target for 2030"),
    ("Water drawn, thousand cubic metres", "61.0", "48.5", "44.2", "30.0"),
    ("Waste to landfill, tonnes", "318", "164", "127", "0"),
    ("Renewable electricity, %", "38", "74", "81", "100"),
    ("Packaging per sensor, grams", "240", "178", "165", "90"),
    ("Sensors taken back and refurbished, thousands", "2.1", "13.8", "19.6", "60.0"),
)

INCOME_TABLE = (
    ("Year to 31 December, $m", "2024", "2023", "2022"),
    ("Revenue", "279.5", "251.7", "231.1"),
    ("Cost of sales", "(158.2)", "(145.1)", "(134.6)"),
    ("Gross profit", "121.3", "106.6", "96.5"),
    ("Research and development", "(34.7)", "(29.8)", "(26.4)"),
    ("Selling and distribution", "(27.6)", "(25.9)", "(24.3)"),
    ("Administration", "(16.9)", "(16.2)", "(15.8)"),
    ("Flood costs, Corrie Bridge", "(3.7)", "–", "–"),
    ("Operating profit", "38.4", "34.7", "30.0"),
    ("Finance costs", "(3.1)", "(3.6)", "(2.2)"),
    ("Profit before tax", "35.3", "31.1", "27.8"),
    ("Income tax", "(7.8)", "(6.9)", "(6.1)"),
    ("Profit for the year", "27.5", "24.2", "21.7"),
    ("Earnings per share, cents", "55.0", "48.4", "43.4"),
    ("Dividend per share, cents", "19.0", "17.0", "15.5"),
)
INCOME_TOTALS = (3, 8, 10, 12)
CASH_TABLE = (
    ("Year to 31 December, $m", "2024", "2023"),
    ("Cash from operations after tax", "46.2", "39.8"),
    ("Capital expenditure", "(18.9)", "(12.4)"),
    ("Purchase of Siltworks", "(9.5)", "–"),
    ("Dividends paid", "(8.5)", "(7.8)"),
    ("Repayment of loans", "(6.0)", "(5.0)"),
    ("Increase in cash", "3.3", "14.6"),
    ("Cash at 1 January", "31.9", "17.3"),
    ("Cash at 31 December", "35.2", "31.9"),
)
CASH_TOTALS = (6, 8)

BOARD_TABLE = (
    ("Director", "Role", "Since", "Committees", "Meetings attended"),
    ("Henrik Salmela", "Chair", "2019", "Nomination", "8 of 8"),
    ("Maren Oduya", "Chief executive", "2021", "–", "8 of 8"),
    ("Callum Vosberg", "Finance director", "2022", "–", "8 of 8"),
    ("Priya Tanveer", "Independent", "2018", "Audit, Nomination", "7 of 8"),
    ("Lucie Abrantes", "Independent", "2020", "Audit, Safety", "8 of 8"),
    ("Owen Thackray", "Independent", "2023", "Safety, Nomination", "6 of 8"),
)
