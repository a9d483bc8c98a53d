"""Pages 11 and 12 of the demo's annual report: financial statements, board, risks and outlook."""

from __future__ import annotations

from typing import Any

from reportlab.platypus import PageBreak

from . import report_numbers as numbers
from .report_layout import CONTENT_WIDTH, Layout


def statements(layout: Layout) -> list[Any]:
    """Page 9: tables 5 and 6, in the form of accounts."""
    return [
        layout.title("Financial statements"),
        layout.plain_table(
            "Table 5: Consolidated income statement.",
            numbers.INCOME_TABLE,
            (CONTENT_WIDTH - 3 * 74, 74, 74, 74),
            totals=numbers.INCOME_TOTALS,
            lines=True,
        ),
        layout.plain_table(
            "Table 6: Consolidated cash flow, shortened.",
            numbers.CASH_TABLE,
            (CONTENT_WIDTH - 2 * 74, 74, 74),
            totals=numbers.CASH_TOTALS,
            lines=True,
        ),
        layout.columns(
            *layout.section(
                "Notes",
                "<b>Flood costs.</b> The amount is what remains after the insurance paid for the building and the "
                "machines. A claim for lost profit is being negotiated; nothing has been recognised for it.",
                "<b>Loans.</b> Bank loans carry a mean interest rate of 4.6%. The covenant asks for net debt below "
                "2.5 times operating profit before depreciation; we were at 0.7 times.",
                "<b>Siltworks.</b> The purchase was paid in cash. Up to $2.0m more falls due in 2027 if the "
                "forecasts reach an agreed accuracy.",
                "<b>Auditor.</b> Brackwater &amp; Lunde have audited the accounts since 2020 and gave an "
                "unqualified opinion on 27 February 2025.",
            ),
        ),
        PageBreak(),
    ]


def board(layout: Layout) -> list[Any]:
    """Page 10: table 7, ruled."""
    return [
        layout.title("Board, risks and outlook"),
        layout.ruled_table(
            "Table 7: The board of directors.",
            numbers.BOARD_TABLE,
            (108, 100, 52, CONTENT_WIDTH - 108 - 100 - 52 - 100, 100),
        ),
        layout.columns(
            *layout.section(
                "How the board worked",
                "The board met eight times, twice in waders. It reviewed the closing of the old factory in four of "
                "these meetings, approved the purchase of Siltworks, and set a limit on the price at which we take "
                "part in tenders. Owen Thackray missed two meetings through illness and has recovered.",
            ),
            *layout.section(
                "Main risks",
                "<b>Concentration of production.</b> All turbidity probes come from Lindhamn. We keep tools for a "
                "second line in Valdrecht, and a drill in November showed that it could start within 26 days.",
                "<b>Security of connected sensors.</b> A false reading can open a sluice. Every sensor sold since "
                "2022 signs what it sends; 118,000 older ones do not and will be replaced or shut off by the end of "
                "2027.",
                "<b>Public budgets.</b> Almost four fifths of our revenue depend on public or regulated customers. "
                "A delay of tenders by six months would cost us about $11m of revenue.",
                "<b>Currencies.</b> We hedge three quarters of the expected flows in kronor and euros for twelve "
                "months.",
            ),
            *layout.section(
                "Outlook",
                "We expect revenue to grow by 8 to 10% in 2025 and the operating margin to reach 14.5%. Capital "
                "expenditure will fall to about $13m, as Lindhamn is complete. The board will ask the general "
                "meeting on 15 May 2025 for leave to buy back up to 2% of the shares.",
            ),
            *layout.section(
                "Shareholders",
                "There are 50 million ordinary shares. The Tarnwick Harbour Trust holds 22% of them and has agreed "
                "not to sell before 2030; employees hold 6%. We know of no other holding above 5%.",
                "The board proposes to raise the dividend for the fourth year in a row. It aims to pay out about a "
                "third of the profit, to keep a third in cash for the next storm, and to invest the rest.",
            ),
            *layout.section(
                "Dates",
                "15 May 2025: general meeting, Harbour Hall.<br/>30 May 2025: dividend paid.<br/>21 August "
                "2025: half-year results.",
            ),
            *layout.section(
                "About this report",
                "Tarnwick Instruments plc does not exist. The company, its people, its places and all numbers were "
                "invented for the demonstration corpus of Chartwell and may be used freely.",
            ),
        ),
    ]
