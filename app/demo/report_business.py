"""Pages 6 to 10 of the demo's annual report: markets, research, operations, people, environment."""

from __future__ import annotations

from typing import Any

from reportlab.platypus import PageBreak

from . import report_numbers as numbers
from .raster_charts import delivery_chart, picture, regions_chart
from .report_layout import CONTENT_WIDTH, Layout
from .vector_charts import bars, labelled_line, stacked_bars


def markets(layout: Layout) -> list[Any]:
    """Page 4: figure 3, a raster picture."""
    return [
        layout.title("Markets"),
        layout.lead("Old networks and dry summers make utilities measure what they used to guess."),
        layout.columns(
            *layout.section(
                "Where our sensors are",
                "At the end of the year 845,000 of our sensors were connected to Tarnwick Watch and sent at least "
                "one reading a day. Figure 3 shows where. The Nordic countries lead since Norway and Finland "
                "equipped all their drinking-water reservoirs between 2021 and 2024.",
                "Southeast Asia was our fastest growing region. The flood warning network of the lower Damai river, "
                "ordered in 2022, was handed over in October after two rainy seasons of trials.",
            ),
            *layout.section(
                "What drives demand",
                "A utility in our markets loses between a tenth and a third of its water before it reaches a tap. "
                "Regulators in eleven countries now publish these losses by company, and several link the permitted "
                "price of water to them.",
                "The revised urban waste water rules of the European Union ask for far more measuring points. We "
                "expect the first large tenders under them in the second half of 2026.",
            ),
        ),
        *layout.figure(
            picture(regions_chart(), CONTENT_WIDTH),
            "Figure 3: Connected sensors by region at the end of 2024, in thousands.",
        ),
        layout.columns(
            *layout.section(
                "Competition",
                "Four companies of about our size and a dozen small ones sell into the same tenders. We win on the "
                "cost over ten years and lose on the price on the first day. In 2024 we won 41% of the tenders in "
                "which we made an offer.",
                "Makers of cheap probes entered the market for garden ponds and fish farms. We do not compete "
                "there, but we watch: what is good enough for trout today may be good enough for a town tomorrow.",
            ),
        ),
        PageBreak(),
    ]


def research(layout: Layout) -> list[Any]:
    """Page 5: figure 4, vectors; table 2, without rules."""
    return [
        layout.title("Products and research"),
        layout.lead("We spend more than a tenth of our revenue on measuring better."),
        layout.columns(
            *layout.section(
                "A logger that outlives its bridge inspection",
                "The battery is what makes a level logger expensive, not for its price but for the van that brings "
                "the next one. The Heron 6 will run for ten years on one cell, because it measures only when the "
                "water does something: a small pressure switch wakes it. The idea came from a repair technician, "
                "Noor Haddad, who had seen the switch in a washing machine.",
            ),
            *layout.section(
                "Nitrate without reagents",
                "Probes for nitrate need chemicals that must be refilled and disposed of. Dipper Nitrate uses "
                "ultraviolet light alone. In the trials on the river Ebro it stayed within 4% of the laboratory for "
                "210 days; biofilm then blinded the window. We are testing a wiper made of wool felt.",
            ),
        ),
        *layout.figure(
            labelled_line(
                numbers.RESEARCH_CHART, [numbers.RESEARCH_SPENDING], (CONTENT_WIDTH, 176), layout.face, (10, 40)
            ),
            "Figure 4: Spending on research and development, 2018 to 2024.",
        ),
        layout.plain_table(
            "Table 2: Main development projects at the end of 2024.",
            numbers.PROJECT_TABLE,
            (78, CONTENT_WIDTH - 78 - 52 - 82 - 92, 52, 82, 92),
            lines=True,
        ),
        layout.columns(
            layout.paragraph(
                "We ended one project. Otter Mini, a flow meter for single flats, worked well and could not be "
                "built for less than its buyers save. Its ultrasonic chip lives on in Quietline."
            ),
            layout.paragraph(
                "During the year 23 patents were granted to us, and we opened 6 of them, all on data formats, for "
                "anyone to use free of charge."
            ),
        ),
        PageBreak(),
    ]


def operations(layout: Layout) -> list[Any]:
    """Page 6: figure 5, a raster picture."""
    return [
        layout.title("Operations"),
        layout.lead("One factory fewer, one river further from the door."),
        layout.columns(
            *layout.section(
                "Why we left Corrie Bridge",
                "Tarnwick closed the Corrie Bridge factory because no insurer would cover a clean room on the flood "
                "plain a second time. Rebuilding was possible and the money was there; the cover was not. The board "
                "decided on 22 March, six weeks after the storm.",
                "Sensor production moved to Lindhamn, where a hall stood empty. The first Dipper 2 built there "
                "passed calibration on 21 April. Of those who had worked at Corrie Bridge, 57 moved to Sweden for "
                "at least a year, 88 left with twelve months of pay, and the others now do repairs and training on "
                "the dry upper floor.",
            ),
            *layout.section(
                "Late, and what we changed",
                "Customers felt it. Figure 5 shows the share of orders that arrived on the promised day. We had one "
                "supplier of optical windows and one clean room, and both were wet. Today there are two of each, "
                "more than 600 kilometres apart, and the finished stock covers five weeks instead of two.",
                "We paid $1.4m in compensation for late delivery, all of it without being asked: the invoice was "
                "corrected before the customer had written.",
            ),
        ),
        *layout.figure(
            picture(delivery_chart(), CONTENT_WIDTH),
            "Figure 5: Orders delivered on the promised day, by month, 2024.",
        ),
        layout.columns(
            *layout.section(
                "Quality and safety",
                "Of 1,000 sensors shipped, 3.1 came back within a year, against 3.4 in 2023. The rate of accidents "
                "with lost time was 0.8 per 200,000 hours of work. The most serious was a broken wrist on a wet "
                "landing stage; every field kit now holds ice cleats.",
            ),
            *layout.section(
                "Suppliers",
                "We buy from 214 suppliers and visited 61 of them. Two contracts were ended over unpaid overtime. "
                "From 2025 on, all suppliers of electronics must name their own suppliers two steps up.",
            ),
        ),
        PageBreak(),
    ]


def people(layout: Layout) -> list[Any]:
    """Page 7: table 3, without rules; figure 6, vectors."""
    return [
        layout.title("People"),
        layout.lead("A hundred and forty new faces in Lindhamn, and a language course for all who asked."),
        layout.plain_table(
            "Table 3: Employees by site at 31 December.",
            numbers.SITE_TABLE,
            (100, 110, CONTENT_WIDTH - 100 - 110 - 2 * 64, 64, 64),
            totals=(7,),
            lines=True,
        ),
        layout.columns(
            *layout.section(
                "Learning a second trade",
                "Sensor assembly takes about six months to learn. Lindhamn had ten weeks. Experienced people from "
                "Corrie Bridge worked beside one or two newcomers each, in English, Swedish and a good deal of "
                "pointing. The first batch had a reject rate of 19%; by midsummer it was below the old factory’s.",
            ),
            *layout.section(
                "Pay and hours",
                "The gap between the median hourly pay of women and men is 4.2%, after 5.1% a year earlier. "
                "Production works a week of 36 hours in Valdrecht since July, on trial, without loss of pay. Output "
                "has not changed; sick leave has fallen from 4.4% to 3.6%.",
            ),
            *layout.section(
                "What the survey says",
                "The staff survey was answered by 87% of us. Most would recommend Tarnwick. Fewer know how their "
                "pay is decided, and that is our fault: the rules were kept in a drawer. They are on the intranet "
                "since January 2025, with every pay band.",
                "We took on 34 apprentices, 15 of them women. Staff turnover was 7.9% without those who left with "
                "the closing of the old factory.",
            ),
        ),
        *layout.figure(
            stacked_bars(numbers.SURVEY_CHART, numbers.SURVEY_ANSWERS, (CONTENT_WIDTH, 162), layout.face, top=100),
            "Figure 6: Answers to four statements in the staff survey, November 2024.",
        ),
        PageBreak(),
    ]


def environment(layout: Layout) -> list[Any]:
    """Page 8: figure 7, vectors; table 4, ruled."""
    return [
        layout.title("Environment"),
        layout.lead("Less from our own chimneys, more from the air freight of a wet spring."),
        *layout.figure(
            bars(numbers.EMISSIONS_CHART, numbers.EMISSIONS, (CONTENT_WIDTH, 224), layout.face, top=25),
            "Figure 7: Greenhouse gas emissions by source, 2024 and 2023. Emissions from the use of our products "
            "are reported apart.",
        ),
        layout.columns(
            *layout.section(
                "A step forward and a step back",
                "A heat pump that draws on the harbour basin replaced the oil boilers in Tarnwick in March, and "
                "Lindhamn buys wind power under a contract of ten years. Business travel fell since acceptance "
                "tests are now done by video. Against this stands the air freight from February to June, which we "
                "count and do not offset.",
            ),
            *layout.section(
                "Returned, cleaned, sold again",
                "A turbidity probe wears out at its window and its seals; the rest lasts for decades. We buy back "
                "old probes at 12% of the list price. A refurbished probe carries the same warranty and causes less "
                "than a quarter of the emissions of a new one.",
                "The oldest probe that came back in 2024 was built in 1994 and had spent thirty years in the outlet "
                "of a paper mill. It still measured, two percent low.",
            ),
        ),
        layout.ruled_table(
            "Table 4: Environmental targets and results.",
            numbers.TARGET_TABLE,
            (CONTENT_WIDTH - 3 * 66 - 88, 66, 66, 66, 88),
        ),
        layout.note("Results for 2023 and 2024 cover all six sites; the base year leaves out Kuala Damai."),
        PageBreak(),
    ]
