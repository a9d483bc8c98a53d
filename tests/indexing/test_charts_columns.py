"""Columns, pies and dots drawn with known numbers: which category and series each number is bound to."""

import pytest

BLUE, RED, GREY = "#1f4e79", "#c0392b", "#737373"


def triples(reading):
    return {(value.series, value.category, value.number) for value in reading.values if value.how == "labelled"}


def stack(axes, place, parts, colors, size=12):
    """A stack with its numbers in it."""
    base = 0
    for part, color in zip(parts, colors, strict=True):
        axes.bar(place, part, 0.8, bottom=base, color=color)
        axes.text(place, base + part / 2, str(part), ha="center", va="center", size=size)
        base += part


def test_ticks_of_several_panels_take_their_headings_along(read_drawn):
    def draw(axes):
        for start, heading, stacks in (
            (0, "ALL VOTERS", ((71, 29), (62, 38))),
            (3, "WOMEN ONLY", ((66, 34), (58, 42))),
        ):
            axes.text(start + 0.5, 108, heading, ha="center")
            for number, parts in enumerate(stacks):
                stack(axes, start + number, parts, ("#cea519", "#9aa5b1"))
                axes.text(start + number, -6, ("'96", "'19")[number], ha="center", va="top")
        axes.set_ylim(-20, 120)
        axes.set_axis_off()

    found = {(value.category, value.number) for value in read_drawn(draw).values}
    assert found == {
        ("ALL VOTERS: '96", 71),
        ("ALL VOTERS: '96", 29),
        ("ALL VOTERS: '19", 62),
        ("ALL VOTERS: '19", 38),
        ("WOMEN ONLY: '96", 66),
        ("WOMEN ONLY: '96", 34),
        ("WOMEN ONLY: '19", 58),
        ("WOMEN ONLY: '19", 42),
    }


@pytest.mark.parametrize("align", ["top", "center"])
def test_tick_labels_of_several_lines(read_drawn, align):
    names = ["Pray rarely", "Pray once a\nweek up to\nevery day", "Pray 5 times\na day"]

    def draw(axes):
        axes.bar_label(axes.bar(range(3), (36, 51, 67), 0.5, color=BLUE), padding=2)
        axes.set_xticks([])
        for place, name in enumerate(names):
            axes.text(place, -12, name, ha="center", va=align)
        axes.set_ylim(-30, 80)
        axes.axis("off")

    expected = zip((36, 51, 67), names, strict=True)
    assert triples(read_drawn(draw)) == {("", name.replace("\n", " "), number) for number, name in expected}


def test_an_axis_title_is_no_line_of_a_tick_label(read_drawn):
    def draw(axes):
        axes.bar_label(axes.bar(["Spring", "Summer", "Autumn"], (36, 51, 67), 0.5, color=BLUE), padding=2)
        axes.set_xlabel("Season")

    assert triples(read_drawn(draw)) == {("", "Spring", 36), ("", "Summer", 51), ("", "Autumn", 67)}


def test_labels_set_aslant_end_under_their_columns(read_drawn):
    names = ["Linmere Quay", "Fenby Quay", "Hartmoor Hill", "Dunhaven Quay", "Ulport Quay", "Marport Vale"]

    def draw(axes):
        axes.bar_label(axes.bar(names, (84, 72, 61, 56, 16, 24), 0.6, color=BLUE), padding=2)
        axes.set_xticks(range(6), names, rotation=45, ha="right")
        axes.figure.subplots_adjust(bottom=0.3)

    expected = zip(names, (84, 72, 61, 56, 16, 24), strict=True)
    assert triples(read_drawn(draw)) == {("", name, number) for name, number in expected}


def test_names_over_the_columns_and_beside_them(read_drawn):
    def draw(axes):
        for place, (name, up, down, color) in enumerate(
            (("All adults", 63, 37, GREY), ("Republicans", 37, 62, RED), ("Democrats", 83, 17, BLUE))
        ):
            axes.bar(place, up, 0.4, color=color)
            axes.bar(place, -down, 0.4, color="#d6d6d6")
            axes.text(place, up + 3, str(up), ha="center", va="bottom")
            axes.text(place, up + 20, name, ha="center", va="bottom", color=color if place else "black")
            axes.text(place, -down - 3, str(down), ha="center", va="top")
        axes.text(-0.4, 30, "Agree", ha="right", va="center")
        axes.text(-0.4, -20, "Disagree", ha="right", va="center")
        axes.axhline(0, color=GREY, lw=2.5)
        axes.set_xlim(-1.2, 2.5)
        axes.set_ylim(-80, 125)
        axes.set_axis_off()

    assert triples(read_drawn(draw)) == {
        ("Agree", "All adults", 63),
        ("Disagree", "All adults", 37),
        ("Agree", "Republicans", 37),
        ("Disagree", "Republicans", 62),
        ("Agree", "Democrats", 83),
        ("Disagree", "Democrats", 17),
    }


def test_a_remark_high_over_a_column_is_none_of_its_numbers(read_drawn):
    def draw(axes):
        for place, value in enumerate((44, 28)):
            axes.bar(place, value, 0.7, color=BLUE)
            axes.text(place, value / 2, str(value), ha="center", va="center", color="white")
            axes.text(place, -2, ("2000-2007", "2007-2014")[place], ha="center", va="top")
        axes.text(1, 42, "16", ha="center")
        axes.set_axis_off()

    assert {("", "2000-2007", 44), ("", "2007-2014", 28)} <= triples(read_drawn(draw))
    assert ("", "2007-2014", 16) not in triples(read_drawn(draw))


def test_a_name_that_a_line_leads_to_its_slice(read_drawn):
    shares = {"The same": 60, "Not sure": 18, "Better": 6, "Worse": 16}

    def draw(axes):
        axes.pie(
            shares.values(), colors=["#9c7b21", "#deded0", "#e6ce84", "#d6a531"], startangle=90, counterclock=False
        )
        for (x, y), (name, share) in zip(
            ((0.5, 0.2), (-0.4, -0.5), (-0.75, 0.25), (-0.3, 0.6)), shares.items(), strict=True
        ):
            axes.text(x, y, f"{share}%", ha="center", va="center")
            if name != "Better":
                axes.text(x, y + 0.12, name, ha="center", va="center")
        axes.text(-0.95, 1.0, "Better", ha="center", va="center")
        axes.plot([-0.95, -0.8], [0.9, 0.35], color="black", lw=1)

    assert triples(read_drawn(draw)) == {("", name, share) for name, share in shares.items()}


def test_tick_labels_read_as_one(read_drawn):
    def draw(axes):
        axes.set_xlim(0, 1)
        axes.set_ylim(-20, 60)
        row = axes.text(0.5, -8, "1990 2000 2010 2020", ha="center", size=12)
        axes.figure.canvas.draw()
        (x0, _), (x1, _) = axes.transData.inverted().transform(row.get_window_extent())
        for number, value in enumerate((41, 35, 52, 28)):
            place = x0 + (x1 - x0) * (0.12 + 0.253 * number)
            axes.bar_label(axes.bar(place, value, 0.04, color=BLUE), padding=2)
        axes.set_axis_off()

    expected = {("", "1990", 41), ("", "2000", 35), ("", "2010", 52), ("", "2020", 28)}
    assert triples(read_drawn(draw)) == expected


def test_headings_in_the_colours_of_their_stacks_are_no_series(read_drawn):
    panels = (("TOTAL", GREY, "#bbbbbb", ((28, 71), (33, 65))), ("REPUBLICANS", RED, "#e08070", ((42, 57), (55, 44))))

    def draw(axes):
        for start, (heading, dark, light, stacks) in zip((0, 3), panels, strict=True):
            axes.text(start + 0.5, 70, heading, ha="center", color=dark)
            for number, (up, down) in enumerate(stacks):
                axes.bar(start + number, up, 0.7, color=dark)
                axes.bar(start + number, -down, 0.7, color=light)
                axes.text(start + number, up / 2, str(up), ha="center", va="center", color="white")
                axes.text(start + number, -down / 2, str(down), ha="center", va="center")
                axes.text(start + number, -80, ("2018", "2020")[number], ha="center", va="top")
        axes.text(-0.6, 15, "For", ha="right", va="center")
        axes.text(-0.6, -30, "Against", ha="right", va="center")
        axes.set_xlim(-2, 5)
        axes.set_ylim(-95, 80)
        axes.set_axis_off()

    assert triples(read_drawn(draw)) == {
        (series, f"{heading}: {year}", number)
        for heading, _, _, stacks in panels
        for year, stacked in zip(("2018", "2020"), stacks, strict=True)
        for series, number in zip(("For", "Against"), stacked, strict=True)
    }


def test_the_last_number_of_a_row_has_the_name_that_is_left(read_drawn):
    rows = (("North", 34, 20), ("South", 16, 10), ("East", 12, 12), ("West", 5, 3))

    def draw(axes):
        for place, (_, *numbers) in enumerate(rows):
            for start, value, color, number in zip((0, 50), numbers, (BLUE, RED), (0, 1), strict=True):
                if (place, number) != (3, 1):  # too thin to be seen
                    axes.barh(
                        -place, value, 0.7, left=start, color=color, label=None if place else ("Men", "Women")[number]
                    )
                axes.text(start + value + 1, -place, str(value), va="center")
        axes.set_yticks([-place for place in range(4)], [name for name, *_ in rows])
        axes.set_xticks([])
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=2, frameon=False)

    expected = {
        (series, name, n) for name, *numbers in rows for series, n in zip(("Men", "Women"), numbers, strict=True)
    }
    assert triples(read_drawn(draw)) == expected


def test_segments_at_the_left_of_their_names_are_no_keys(read_drawn):
    names = ("Less than 10 years", "10 to 50 years", "More than that", "Never")

    def draw(axes):
        base = 100
        for part, color, name in zip((12, 56, 20, 12), ("#10213a", BLUE, "#528cd6", "#c5def7"), names, strict=True):
            axes.bar(0, -part, 0.8, bottom=base, color=color)
            axes.text(0, base - part / 2, str(part), ha="center", va="center", color="white" if base > 60 else "black")
            axes.text(0.5, base - part / 2, name, va="center")
            base -= part
        axes.set_xlim(-0.6, 2)
        axes.set_axis_off()

    reading = read_drawn(draw, size=(3.0, 4.4))
    assert triples(reading) == {(name, "", part) for name, part in zip(names, (12, 56, 20, 12), strict=True)}


def test_two_rows_of_tick_labels(read_drawn):
    groups = (("All voters", (58, 55)), ("Republicans", (80, 72)), ("Democrats", (40, 46)))

    def draw(axes):
        for place, (name, values) in enumerate(groups):
            for number, value in enumerate(values):
                axes.bar_label(axes.bar(3 * place + number, value, 0.8, color=BLUE), padding=2)
                axes.text(3 * place + number, -3, ("2016", "2020")[number], ha="center", va="top")
            axes.text(3 * place + 0.5, -9, name, ha="center", va="top", weight="bold")
        axes.set_ylim(-20, 90)
        axes.set_axis_off()

    assert triples(read_drawn(draw)) == {
        ("", f"{name}: {year}", value)
        for name, values in groups
        for year, value in zip(("2016", "2020"), values, strict=True)
    }
