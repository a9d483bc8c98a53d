"""The type of charts drawn with what misleads: grounds, strips and keys that are no marks; labels are exact."""

import pytest
from matplotlib.patches import Rectangle

BLUE, RED, GREY, LIGHT, OLIVE = "#1f4e79", "#c0392b", "#737373", "#d6d6d6", "#8e9a3b"


def triples(reading):
    return {(value.series, value.category, value.number) for value in reading.values if value.how == "labelled"}


def columns(axes, heights=(11, 17, 26), color="#9999ff"):
    axes.bar_label(axes.bar(["2001", "2003", "2005"], heights, 0.4, color=color), padding=2)


@pytest.mark.parametrize("ground", ["#ffffce", "#e5e5e5"])
def test_the_ground_of_a_plot_is_no_bar(read_drawn, ground):
    def draw(axes):
        columns(axes)
        axes.set_facecolor(ground)
        axes.grid(axis="y", ls="--", color="#bbbbbb")
        axes.set_axisbelow(True)

    reading = read_drawn(draw)
    assert reading.chart_type == "bar"
    assert triples(reading) == {("", "2001", 11), ("", "2003", 17), ("", "2005", 26)}


def test_large_grey_bars_are_no_ground(read_drawn):
    def draw(axes):
        axes.bar(["2000-2007", "2007-2014"], [4.4, 2.8], 0.75, color="#73677b")
        for place, value in enumerate((4.4, 2.8)):
            axes.text(place, value / 2, f"{value}%", ha="center", va="center", color="white", weight="bold")
        axes.set_axis_off()

    assert read_drawn(draw, size=(2.2, 3.0)).chart_type == "bar"


def test_letters_leave_no_bars_of_their_own(read_drawn):
    def draw(axes):
        for place, parts in enumerate(((50, 30, 20), (40, 35, 25), (30, 40, 30), (20, 50, 30))):
            base = 0
            for part, color in zip(parts, ("#cea519", "#31313a", "#ad9cb5"), strict=True):
                axes.bar(place, part, 0.8, bottom=base, color=color)
                axes.text(place, base + part / 2, str(part), ha="center", va="center", size=24)
                base += part
        axes.set_axis_off()

    assert read_drawn(draw).chart_type == "stacked bar"


def test_a_strip_behind_numbers_is_no_bar(read_drawn):
    def draw(axes):
        for start, end, color in ((26.3, 25.4, RED), (16.1, 22.8, BLUE), (4.7, 5.9, GREY)):
            axes.plot([2007, 2014], [start, end], color=color, lw=3)
            axes.text(2016.5, end, f"{end - start:+.1f}", ha="center", va="center")
        axes.add_patch(Rectangle((2015.5, 0), 2, 30, color="#f0f0e0"))
        axes.set_xlim(2006, 2018)
        axes.set_xticks([2007, 2014])
        axes.set_yticks([])

    assert read_drawn(draw).chart_type == "line"


def test_a_shaded_gap_between_lines_is_no_area(read_drawn):
    def draw(axes):
        years = range(2007, 2018)
        lines = [[590 - 12 * (year - 2007) for year in years], [330 + 5 * (year % 3) for year in years]]
        axes.fill_between(years, *lines, color="#f2f2e6")
        for line, color in zip(lines, (BLUE, RED), strict=True):
            axes.plot(years, line, color=color, lw=4)

    assert read_drawn(draw).chart_type == "line"


def test_bars_whose_colours_repeat_are_grouped(read_drawn):
    def draw(axes):
        for place, (first, second) in enumerate(((84, 69), (9, 19), (4, 8))):
            for shift, value, color in ((-0.2, first, "#c5bd9c"), (0.2, second, BLUE)):
                axes.barh(place + shift, value, 0.3, color=color)
                axes.text(value + 1, place + shift, str(value), va="center")
        axes.set_yticks(range(3), ["Catholic", "Protestant", "None"])

    assert read_drawn(draw).chart_type == "horizontal grouped bar"


def test_columns_to_both_sides_of_a_line_are_stacked(read_drawn):
    def draw(axes):
        for place, (up, down) in enumerate(((63, 37), (37, 62), (83, 17))):
            axes.bar(place, up, 0.4, color=(GREY, RED, BLUE)[place])
            axes.bar(place, -down, 0.4, color=LIGHT)
            axes.text(place, up + 3, str(up), ha="center", va="bottom")
            axes.text(place, -down - 3, str(down), ha="center", va="top")
        axes.axhline(0, color=GREY, lw=2.5)
        axes.set_axis_off()

    assert read_drawn(draw).chart_type == "stacked bar"


def test_points_beside_their_names_are_no_legend(read_drawn):
    places = {"Japan": (86, 78, BLUE), "Italy": (71, 60, OLIVE), "Russia": (26, 21, RED), "Spain": (83, 48, OLIVE)}
    places |= {"Brazil": (60, 33, RED), "Kenya": (20, 17, BLUE), "Israel": (66, 42, RED), "Greece": (50, 30, OLIVE)}

    def draw(axes):
        for name, (x, y, color) in places.items():
            axes.scatter(x, y, s=30, color=color)
            axes.text(x + 2, y, name, va="center", size=8)
        for place, (name, color) in enumerate((("Europe", OLIVE), ("Asia", BLUE), ("America", RED))):
            axes.scatter(4, 95 - 6 * place, s=30, color=color)
            axes.text(6, 95 - 6 * place, name, va="center", size=8)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)

    reading = read_drawn(draw)
    assert reading.chart_type == "scatter"
    assert reading.legend == ("Europe", "Asia", "America")


def test_rows_that_touch_are_no_columns(read_drawn):
    """Two rows of one length look like one bar of twice the thickness, and as wide as others."""
    agree = (48, 50, 50, 35, 35, 29, 29, 65, 56, 48, 48, 43)

    def draw(axes):
        for place, value in enumerate(agree):
            axes.barh(-place, value, 1.0, color="#ffce9c")
            axes.barh(-place, value - 100, 1.0, color="#000084")
            axes.text(value / 2, -place, str(value), ha="center", va="center", size=8)
            axes.text(value / 2 - 50, -place, str(100 - value), ha="center", va="center", size=8, color="white")
        axes.set_yticks([-place for place in range(12)], [f"Country {chr(65 + place)}" for place in range(12)])
        axes.set_xticks([])

    assert read_drawn(draw, size=(4.0, 5.0)).chart_type == "horizontal stacked bar"


def test_pale_bands_behind_a_line_are_no_bars(read_drawn):
    def draw(axes):
        for start in (1974, 1981, 1991, 2008):
            axes.axvspan(start, start + 1.5, color="#e6e6e6", lw=0)
        years = list(range(1973, 2018))
        axes.plot(years, [8 + (year * 7 % 11) / 3 for year in years], color="#a55a21", lw=2.5)
        axes.set_ylim(0, 20)

    assert read_drawn(draw).chart_type == "line"


def test_markers_in_the_colours_of_line_keys_make_a_line_chart(read_drawn):
    def draw(axes):
        for number, color in enumerate(("#000084", "#ff00ff", "#848400")):
            axes.plot([0, 1, 2], [20 + 20 * number, 25 + 22 * number, 18 + 20 * number], "s", color=color, ms=6)
            axes.plot([2.6, 2.9], [60 - 15 * number] * 2, color=color, lw=2)
            axes.text(3.0, 60 - 15 * number, f"Spam has {['reduced', 'changed', 'ended'][number]}", va="center")
        axes.set_xlim(-0.5, 5)
        axes.set_xticks([0, 1, 2], ["2003", "2004", "2005"])

    assert read_drawn(draw).chart_type == "line"
