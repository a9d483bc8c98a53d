"""Draws the demo's charts that are documents of their own: two survey-style pictures and a Chinese one (PNG).

Needs the `dev` extra (matplotlib).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .palette import GREY, INK, MUTED, NAVY, RULE, TEAL, WHITE
from .raster_charts import bare, plain_style, png_bytes

SURVEY_GROUPS = (
    ("", (("Total", 71),)),
    ("BY AGE", (("Ages 18-29", 58), ("30-49", 67), ("50-64", 76), ("65 and older", 84))),
    ("BY HOME", (("Own their home", 78), ("Rent their home", 59))),
    ("BY COMMUNITY", (("City", 65), ("Suburb", 77), ("Countryside", 69))),
)
"""Percent who say they drink water straight from the tap."""

USE_YEARS = (2014, 2016, 2018, 2020, 2022, 2024)
USE_AT_HOME = (148, 145, 141, 152, 139, 131)
USE_WITH_METER = (129, 126, 121, 130, 118, 109)
"""Litres per person and day."""

DISTRICTS = ("城中区", "临湖区", "高新区", "北山区", "南港区", "西岭区")
BICYCLE_RIDES = (12.6, 9.8, 8.7, 6.4, 4.9, 3.2)
"""Ten thousand rides a day."""


def survey_chart() -> bytes:
    """Horizontal bars in groups, in the manner of a polling institute."""
    with plain_style():
        figure = Figure(figsize=(4.4, 5.6))
        _frame_lines(figure)
        figure.text(
            0.03,
            0.965,
            "Seven in ten drink from the tap,\nbut fewer young people and renters do",
            fontsize=12.5,
            fontweight="bold",
            va="top",
            color=INK,
        )
        figure.text(
            0.03,
            0.872,
            "% of adults who say they usually drink water\nstraight from the tap at home",
            fontsize=9.5,
            fontstyle="italic",
            fontfamily="DejaVu Serif",
            va="top",
            color=MUTED,
        )
        axes = figure.add_axes((0.33, 0.165, 0.63, 0.63))
        _draw_groups(axes)
        notes = (
            "Note: Respondents who gave no answer are not shown.",
            "Source: Survey of 4,218 adults conducted Oct. 7-20, 2024.",
        )
        for line, note in enumerate(notes):
            figure.text(0.03, 0.118 - line * 0.031, note, fontsize=8, va="top", color=MUTED)
        figure.text(0.03, 0.048, "LODESTONE SURVEY INSTITUTE", fontsize=8, fontweight="bold", va="top", color=INK)
        return png_bytes(figure)


def water_use_chart() -> bytes:
    """Two lines with a printed value at every point and a name at the end of each."""
    with plain_style():
        figure = Figure(figsize=(6.2, 4.3))
        _frame_lines(figure)
        figure.text(
            0.02, 0.955, "Household water use is falling again", fontsize=14, fontweight="bold", va="top", color=INK
        )
        figure.text(0.02, 0.885, "Litres per person and day, 2014 to 2024", fontsize=10, va="top", color=MUTED)
        axes = figure.add_axes((0.04, 0.2, 0.74, 0.6))
        lines = ((USE_AT_HOME, NAVY, "All households"), (USE_WITH_METER, TEAL, "Households\nwith a meter"))
        for values, colour, name in lines:
            axes.plot(USE_YEARS, values, color=colour, linewidth=2.2, marker="o", markersize=6)
            for year, value in zip(USE_YEARS, values, strict=True):
                axes.annotate(
                    str(value),
                    (year, value),
                    xytext=(0, 8),
                    textcoords="offset points",
                    ha="center",
                    fontsize=9.5,
                    fontweight="bold",
                    color=colour,
                )
            axes.annotate(
                name,
                (USE_YEARS[-1], values[-1]),
                xytext=(14, 0),
                textcoords="offset points",
                va="center",
                fontsize=9.5,
                fontweight="bold",
                color=colour,
            )
        axes.set_ylim(100, 162)
        axes.set_yticks([])
        axes.set_xticks(USE_YEARS, [str(year) for year in USE_YEARS], fontsize=9.5, color=INK)
        axes.set_xlim(2013.5, 2024.4)
        bare(axes, keep_ticks=True)
        axes.spines["bottom"].set_visible(True)
        figure.text(
            0.02, 0.075, "Source: Federation of Water Utilities, panel of 9,600 homes.", fontsize=8.5, color=MUTED
        )
        figure.text(0.02, 0.035, "No survey in odd years.", fontsize=8.5, color=MUTED)
        return png_bytes(figure)


def bicycle_chart(font: Path) -> bytes:
    """Chinese columns, the value above each. `font` is the file of a Chinese typeface."""
    with plain_style():
        figure = Figure(figsize=(5.8, 4.1))
        figure.text(0.03, 0.96, "云泽市各区公共自行车日均骑行量", fontsize=15, va="top", color=INK, font=font)
        figure.text(0.03, 0.882, "2024年，单位：万次", fontsize=10.5, va="top", color=MUTED, font=font)
        axes = figure.add_axes((0.04, 0.17, 0.93, 0.63))
        places = range(len(DISTRICTS))
        axes.bar(places, BICYCLE_RIDES, width=0.62, color=TEAL)
        for place, value in zip(places, BICYCLE_RIDES, strict=True):
            axes.text(place, value + 0.2, f"{value}", ha="center", fontsize=11, color=INK, font=font)
        axes.set_xticks(places, DISTRICTS, fontsize=11, color=INK, font=font)
        axes.set_yticks([])
        bare(axes, keep_ticks=True)
        axes.spines["bottom"].set_visible(True)
        figure.text(0.03, 0.045, "资料来源：云泽市交通运输局（虚构数据）", fontsize=9, color=MUTED, font=font)
        return png_bytes(figure)


def _draw_groups(axes: Any) -> None:
    """The survey's bars from top to bottom, a small heading above each group but the first."""
    height = 0.0
    for number, (group, members) in enumerate(SURVEY_GROUPS):
        if number:
            height -= 0.35
            axes.text(-34, height, group, fontsize=7.5, va="center", color=MUTED)
            height -= 0.9
        for name, share in members:
            axes.barh(height, share, height=0.72, color=GREY if name == "Total" else TEAL)
            label = f"{share}%" if name == "Total" else str(share)
            axes.text(share - 2, height, label, ha="right", va="center", fontsize=9, fontweight="bold", color=WHITE)
            axes.text(-2, height, name, ha="right", va="center", fontsize=9, color=INK)
            height -= 1.0
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set_xlim(0, 100)
    axes.set_ylim(height + 0.4, 0.6)
    axes.set_yticks([])
    bare(axes)


def _frame_lines(figure: Figure) -> None:
    """The thin rules above and below that polling institutes set their charts between."""
    for place in (0.985, 0.01):
        figure.add_artist(Line2D((0.02, 0.98), (place, place), color=RULE, linewidth=1))
