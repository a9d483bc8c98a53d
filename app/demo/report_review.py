"""Pages 2 to 5 of the demo's annual report: contents, review, the year in figures, segments."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import PageBreak, Spacer, Table

from . import report_numbers as numbers
from .palette import NAVY, PALE, RULE, WHITE
from .report_layout import COLUMN_WIDTH, CONTENT_WIDTH, Layout
from .vector_charts import doughnut, stacked_columns

SECTIONS = (
    (3, "Chief executive’s review"),
    (4, "The year in figures"),
    (5, "Segments"),
    (6, "Markets"),
    (7, "Products and research"),
    (8, "Operations"),
    (9, "People"),
    (10, "Environment"),
    (11, "Financial statements"),
    (12, "Board, risks and outlook"),
)
"""The physical page on which each section stands. The printed number is two less: cover and contents are i and ii."""

KEY_FIGURES = (
    ("$279.5m", "revenue", "+11.0% on 2023"),
    ("$38.4m", "operating profit", "+10.7% on 2023"),
    ("845,000", "connected sensors", "in 31 countries"),
    ("1,124", "employees", "at six sites"),
)


def contents(layout: Layout) -> list[Any]:
    """Page ii: contents with links, and the key figures."""
    entries = [
        [layout.entry(f'<a href="#section-{page}">{name}</a>'), layout.entry(str(page - 2), right=True)]
        for page, name in SECTIONS
    ]
    lines = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(RULE)),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ]
    return [
        layout.title("Contents"),
        Table(entries, [CONTENT_WIDTH - 30, 30], style=lines, hAlign="LEFT"),
        Spacer(1, 34),
        layout.title("2024 at a glance"),
        _key_figures(layout),
        Spacer(1, 22),
        layout.paragraph(
            "Tarnwick Instruments makes sensors, flow meters and software that show water companies and environment "
            "agencies what is happening in their rivers, reservoirs and pipes. The company was founded in 1987 in a "
            "former net loft on Tarnwick harbour and is still run from there."
        ),
        layout.paragraph(
            "This report covers the year from 1 January to 31 December 2024. Amounts are in United States dollars, "
            "and “m” stands for millions. Percentages are worked out from unrounded numbers."
        ),
        PageBreak(),
    ]


def _key_figures(layout: Layout) -> Any:
    """Four cards in a row: number, name, remark."""
    bold = layout.face.bold
    cells = [
        [
            layout.quote(f'<font name="{bold}" size="19" color="{NAVY}">{number}</font>'),
            layout.paragraph(f'<font name="{bold}">{name}</font><br/>{remark}'),
        ]
        for number, name, remark in KEY_FIGURES
    ]
    style = [
        ("BACKGROUND", (0, 0), (-1, -1), HexColor(PALE)),
        ("LINEAFTER", (0, 0), (-2, -1), 6, HexColor(WHITE)),
        ("LINEABOVE", (0, 0), (-1, 0), 2, HexColor(NAVY)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 10),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    ]
    return Table([cells], [CONTENT_WIDTH / 4] * 4, style=style, hAlign="LEFT")


def chief_executive(layout: Layout) -> list[Any]:
    """Page 1: prose in two columns."""
    return [
        layout.title("Chief executive’s review"),
        layout.lead("A year that began under water ended with the fullest order book in our history."),
        layout.columns(
            *layout.section(
                "Growth in a hard year",
                "Revenue rose by 11.0% to $279.5m and operating profit by 10.7% to $38.4m, although we rebuilt half "
                "of our sensor production while customers were waiting for it. Three things carried us: the Nordic "
                "utilities renewed their river networks a year earlier than they had to, our software found its way "
                "into places that had never bought a sensor from us, and the people of Lindhamn learned a second "
                "trade in ten weeks.",
                "Software is now almost a quarter of what we sell. Of every 100 customers whose contract came up "
                "for renewal in 2024, 96 stayed, and most of those took more modules than before. Flow meters had a "
                "poor year: two large tenders in Iberia went to cheaper rivals, and we did not follow them down.",
            ),
            *layout.section(
                "Under water",
                "On the night of 11 February a storm put the ground floor of Corrie Bridge under 80 centimetres of "
                "water. Nobody was hurt. The night shift had moved the calibration standards upstairs an hour "
                "before the bank gave way, which saved us about four months. I thank them here by name: Ailsa "
                "Brandt, Tomasz Rell and Joan Petherick.",
            ),
            *layout.section(
                "Siltworks joins us",
                "In May we bought Siltworks, a company of nine people in Lisbon that forecasts sediment in "
                "reservoirs. Dredging is the largest cost that many of our customers cannot plan; with Siltworks "
                "they can see it coming eighteen months ahead. Its founder, Duarte Leiria, now leads our "
                "forecasting team.",
            ),
            *layout.section(
                "What comes next",
                "In 2025 we expect revenue to grow by 8 to 10%. The Heron 6 level logger goes on sale in September. "
                "We shall open a service workshop in Kuala Damai, so that a sensor from the Straits no longer "
                "travels 10,000 kilometres to be cleaned, and we shall publish the error of every forecast that we "
                "sell, good or bad.",
                "We also have things to put right. Four in ten of our orders arrived late in March, and an apology "
                "does not fill a reservoir. What we changed is told on page 6 of this report.",
            ),
            *layout.section(
                "A word on trust",
                "A measurement is a small promise. Somebody who has never met us closes a sluice, issues a boil "
                "notice or lets children swim because of a number that we sent. In 2024 our sensors sent 29 billion "
                "of them. We know of eleven that were wrong and mattered; each is described, with what we learned, "
                "on our website.",
                "To the utilities that waited, to the neighbours who came with pumps at three in the morning, and "
                "to everyone at Tarnwick: thank you.",
            ),
            layout.quote(
                "“We did not follow our rivals down in price. We would rather lose a tender than a measurement.”"
            ),
            layout.paragraph("Maren Oduya, Chief executive<br/>Tarnwick, 4 March 2025"),
        ),
        PageBreak(),
    ]


def year_in_figures(layout: Layout) -> list[Any]:
    """Page 2: figures 1 and 2, both vectors."""
    ring = doughnut(numbers.CUSTOMERS_CHART, numbers.CUSTOMER_SHARES, (COLUMN_WIDTH, 150), layout.face)
    return [
        layout.title("The year in figures"),
        layout.lead("Software grew fastest; sensors still bring in half of our revenue."),
        *layout.figure(
            stacked_columns(
                numbers.REVENUE_CHART, numbers.REVENUE_BY_SEGMENT, (CONTENT_WIDTH, 250), layout.face, top=300
            ),
            "Figure 1: Revenue by segment, 2020 to 2024. Sales between segments are left out.",
        ),
        layout.columns(
            *layout.section(
                "Five years in one picture",
                "Since 2020 the group has added about $89m of yearly revenue, half of it in software. Flow meters "
                "have stood still for five years: new models replaced old ones, and little more. The board has "
                "asked for a plan for the segment by September 2025 and has not excluded a sale.",
                "Currencies took something away. At the exchange rates of 2023, revenue would have grown by 12.3% "
                "instead of 11.0%, because the Swedish krona and the Canadian dollar both lost value against the "
                "dollar in which we report.",
                "Cash from operations covered the rebuilding in Lindhamn, the purchase of Siltworks, the dividend "
                "and the yearly repayment of loans.",
            ),
            *layout.section(
                "A broader base of customers",
                "Our ten largest customers brought in 31% of revenue, down from 38% five years ago, and none of "
                "them more than 6%. Farms are the newest group: irrigation associations in the Ebro valley now use "
                "our level loggers to share out water by the hour.",
            ),
            *layout.figure(ring, "Figure 2: Revenue by type of customer, 2024."),
        ),
        PageBreak(),
    ]


def segments(layout: Layout) -> list[Any]:
    """Page 3: table 1, ruled."""
    return [
        layout.title("Segments"),
        layout.lead("Three businesses share one promise: a number you can act on."),
        layout.ruled_table(
            "Table 1: Results and order backlog by segment.",
            numbers.SEGMENT_TABLE,
            (CONTENT_WIDTH - 5 * 79, 79, 79, 79, 79, 79),
            total=True,
        ),
        layout.columns(
            *layout.section(
                "Sensors",
                "The segment makes probes and loggers for turbidity, oxygen, level and temperature. Demand was "
                "strongest in the Nordic countries, where new rules require a reading every fifteen minutes below "
                "each sewage works. Prices rose by 2.8% on average. The gross margin fell by a little more than one "
                "point, as sensors were flown instead of shipped for most of the spring.",
                "The Dipper 2 turbidity probe remains the product that people know us by. In June the 250,000th "
                "left the factory; it hangs today under the railway bridge at Aldersund.",
            ),
            *layout.section(
                "Flow meters",
                "The segment makes electromagnetic and ultrasonic meters for pipes from 50 millimetres to two "
                "metres. It lost two tenders in Iberia and won one in Canada. A new production line in Valdrecht "
                "brought the time to build a meter from nine hours to six. Warranty claims halved after we changed "
                "the supplier of the lining.",
            ),
            *layout.section(
                "Software",
                "Tarnwick Watch collects readings, finds faults and warns. It is sold as a yearly subscription by "
                "the number of measuring points. Contracts now run for 3.4 years on average, so more than a year of "
                "work is always signed ahead. Siltworks contributed $1.9m of revenue from May on.",
                "The largest new customer is the Aldersund Water Board, which moved 14,000 measuring points from a "
                "system of its own in nineteen days. The service was available for 99.97% of the year; the one long "
                "interruption, on 3 August, lasted 94 minutes and was caused by an expired certificate.",
            ),
            *layout.section(
                "Central costs",
                "Central costs cover the board, the finance department, insurance and the harbour office. They rose "
                "by less than inflation, since two vacancies were not filled.",
            ),
        ),
        PageBreak(),
    ]
