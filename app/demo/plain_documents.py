"""The demo's documents that are text files: a web page, a note in Markdown, a table in CSV."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta

PRODUCTS = (
    ("Dipper 2", "Turbidity", "0 to 4,000 NTU", "2%", "4 years", "1,180"),
    ("Dipper Oxygen", "Dissolved oxygen", "0 to 20 mg/l", "0.1 mg/l", "2 years", "1,420"),
    ("Heron 5", "Water level", "0 to 30 m", "3 mm", "6 years", "640"),
    ("Heron Deep", "Water level", "0 to 200 m", "20 mm", "6 years", "890"),
    ("Otter 300", "Flow, full pipes", "0.05 to 12 m/s", "0.4%", "8 years", "2,350"),
    ("Otter Clamp Trial", "Flow, from outside", "0.1 to 8 m/s", "1.5%", "Mains powered", "On request"),
)

WEB_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Tarnwick Instruments: product range</title>
<meta name="description" content="Sensors and flow meters at a glance">
<style>
body {{ font-family: sans-serif; max-width: 52rem; margin: 2rem auto; color: #1f2a36; line-height: 1.5; }}
table {{ border-collapse: collapse; width: 100%; }}
caption {{ text-align: left; color: #5c6b7a; padding-bottom: .4rem; }}
th, td {{ border-bottom: 1px solid #c5d0db; padding: .4rem .6rem; text-align: left; }}
th {{ color: #12355b; }}
</style>
</head>
<body>
<nav><a href="/">Home</a> | <a href="/products">Products</a> | <a href="/support">Support</a></nav>
<main>
<h1>Product range</h1>
<p>All our instruments are built to stay under water for years and to be serviced by one person with one key.
Prices are list prices without tax, valid from 1 March 2025.</p>
<h2>Sensors and flow meters</h2>
<table>
<caption>Measuring range, accuracy, battery life and price</caption>
<thead>
<tr><th>Model</th><th>Measures</th><th>Range</th><th>Accuracy</th><th>Battery life</th><th>Price, $</th></tr>
</thead>
<tbody>
{rows}
</tbody>
</table>
<h2>Warranty</h2>
<p>Every instrument carries a warranty of three years. For Heron loggers it is extended to five years if they are
registered within 60 days of delivery.</p>
<h2>Service</h2>
<ul>
<li>Calibration takes ten working days in Lindhamn and fifteen in Port Ellis.</li>
<li>A loan instrument is sent free of charge if calibration takes longer.</li>
<li>Spare parts are kept for twelve years after a model is withdrawn.</li>
</ul>
</main>
<footer>Tarnwick Instruments plc is an invented company. Demonstration page of Chartwell.</footer>
<script>document.documentElement.dataset.loaded = "yes";</script>
</body>
</html>
"""

NOTE = """# Visit to the Port Ellis pilot

Notes by Noor Haddad, 14 May 2024. Internal, not checked by anybody else.

## Why we went

The harbour authority of Port Ellis has tested 36 Heron 5 loggers since November. Seven of them lost contact in
winter, always in the same week as a cold spell. The authority wanted to know whether the batteries were to blame.

## What we found

The batteries were fine. **Ice had lifted the antennas off their brackets**, because the brackets were mounted 40 cm
below the highest spring tide. All seven loggers had gone on measuring and had their readings stored.

| Logger | Last contact | Readings stored | Cause |
| --- | --- | --- | --- |
| PE-04 | 18 January | 11,232 | antenna torn off |
| PE-09 | 18 January | 11,230 | antenna torn off |
| PE-11 | 19 January | 11,136 | cable crushed |
| PE-17 | 20 January | 11,040 | antenna torn off |
| PE-22 | 20 January | 11,038 | antenna torn off |
| PE-23 | 20 January | 11,041 | antenna bent |
| PE-31 | 21 January | 10,944 | antenna torn off |

## What we agreed

1. Harbour staff move all brackets up by 60 cm before October.
2. We send a rubber antenna for trial, at our expense.
3. The pilot goes on until March 2025; then the authority decides on 240 more loggers.

> "If a thing breaks in the same week every year, ask the calendar first." (Harbour master Edda Quill)

*Port Ellis, its harbour and Tarnwick Instruments are invented.*
"""

SITES = (
    ("Aldersund Water Board", "Norway"),
    ("Ebro Irrigation Union", "Spain"),
    ("Kuala Damai Flood Centre", "Malaysia"),
    ("Port Ellis Harbour", "Canada"),
    ("River Corrie Trust", "United Kingdom"),
    ("Valdrecht Polders", "Netherlands"),
)
MODELS = ("Dipper 2", "Dipper Oxygen", "Heron 5", "Heron Deep", "Otter 300")
INSTALLATIONS = 40
SEED = 2024


def web_page() -> str:
    """The product range as HTML, with navigation, one table and a footer."""
    rows = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in product) + "</tr>" for product in PRODUCTS)
    return WEB_PAGE.format(rows=rows)


def visit_note() -> str:
    """A note in Markdown with headings, lists, a table and a quotation."""
    return NOTE


def installations() -> str:
    """Installations of one year as CSV, in order of date: drawn with a fixed seed, so always the same."""
    draw = random.Random(SEED)  # noqa: S311 (sample data, nothing secret)
    days = sorted(date(2024, 1, 8) + timedelta(days=draw.randrange(350)) for _ in range(INSTALLATIONS))
    written = io.StringIO(newline="")
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("order", "installed", "customer", "country", "model", "units", "fitter_hours"))
    for number, day in enumerate(days, start=1):
        customer, country = draw.choice(SITES)
        units = draw.randrange(2, 60)
        hours = round(units * draw.uniform(0.4, 1.1), 1)
        rows.writerow((f"TW-{2400 + number}", day.isoformat(), customer, country, draw.choice(MODELS), units, hours))
    return written.getvalue()
