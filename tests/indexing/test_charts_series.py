"""Series of bars: names in legends and over the first row, on charts painted by hand, with labels as OCR gives them."""

import io

import pytest
from matplotlib import font_manager
from PIL import Image as PILImage
from PIL import ImageDraw, ImageFont

from chartwell.indexing.charts.reader import read_chart
from chartwell.indexing.documents import WHOLE, Box, Image, Region
from chartwell.indexing.loaders.parsed import FigureBlock, Label

DARK, LIGHT, GREY = (158, 126, 35), (230, 206, 132), (190, 190, 190)
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


class Drawing:
    """A picture to paint bars and texts on; `labels` are its texts as OCR reads them."""

    def __init__(self, width=480, height=400):
        self.picture = PILImage.new("RGB", (width, height), WHITE)
        self.draw = ImageDraw.Draw(self.picture)
        self.labels = []
        self.text("What people think of it", 10, 25, size=18)

    def bar(self, x0, x1, y, color, *, thick=20):
        self.draw.rectangle((x0, y - thick / 2, x1 - 1, y + thick / 2), fill=color)

    def text(self, text, x, y, *, color=BLACK, anchor="lm", size=13, read=True):
        """Returns the box. `read`: OCR reads it as a label of its own."""
        font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)
        self.draw.text((x, y), text, fill=color, font=font, anchor=anchor)
        x0, _, x1, _ = self.draw.textbbox((x, y), text, font=font, anchor=anchor)
        box = (x0 - 1, y - 0.62 * size, x1 + 1, y + 0.62 * size)
        if read:
            self.label(text, *box)
        return box

    def label(self, text, x0, y0, x1, y1):
        width, height = self.picture.size
        self.labels.append(Label(text, Box(x0 / width, y0 / height, x1 / width, y1 / height), 0.99))

    def one_label(self, text, boxes):
        """What OCR reads as one label though it is several."""
        x0, y0 = min(box[0] for box in boxes), min(box[1] for box in boxes)
        self.label(text, x0, y0, max(box[2] for box in boxes), max(box[3] for box in boxes))

    def row(self, name, y, segments, x=140, *, scale=2.5, ink=BLACK):
        """A row of stacked segments `(number, color)`; returns where each begins and where the last ends."""
        self.text(name, 130, y, anchor="rm")
        places = [x]
        for number, color in segments:
            end = round(places[-1] + scale * number)
            self.bar(places[-1], end, y, color)
            self.text(str(number), (places[-1] + end) / 2, y, anchor="mm", color=ink)
            places.append(end)
        return places

    def read(self):
        buffer = io.BytesIO()
        self.picture.save(buffer, "PNG")
        figure = FigureBlock(Image(buffer.getvalue(), "image/png", *self.picture.size), Region(1, WHOLE))
        return read_chart(figure, self.labels)

    def triples(self):
        return [(value.category, value.series, value.number) for value in self.read().values]


ROWS = {"Total": (40, 32, 20), "Men": (51, 22, 24), "Women": (30, 41, 17)}


def rows(drawing, colors=(DARK, LIGHT, GREY), top=120):
    for number, (name, numbers) in enumerate(ROWS.items()):
        drawing.row(name, top + 40 * number, list(zip(numbers, colors, strict=True)))


def expected(names):
    return [(row, name, n) for row, numbers in ROWS.items() for name, n in zip(names, numbers, strict=True)]


@pytest.mark.parametrize("read_as", ["Approve Disapprove No opinion", "Approve = Disapprove = No opinion"])
def test_a_legend_read_as_one_label_is_taken_apart_at_its_keys_even_grey_ones(read_as):
    drawing, names, boxes = Drawing(), ("Approve", "Disapprove", "No opinion"), []
    for name, color, x in zip(names, (DARK, LIGHT, GREY), (140, 215, 305), strict=True):
        drawing.draw.rectangle((x, 77, x + 6, 83), fill=color)
        boxes.append(drawing.text(name, x + 10, 80, read=False, size=11))
    drawing.one_label(read_as, [(140, *boxes[0][1:]), *boxes])
    rows(drawing)
    assert drawing.triples() == expected(names)
    assert drawing.read().legend == names


def test_names_in_two_colours_with_hardly_a_gap_are_two():
    drawing, names = Drawing(), ("Better", "Same", "Worse")
    rows(drawing)
    better = drawing.text("Better", 190, 95, anchor="mm", color=DARK, read=False)
    same = drawing.text("Same", better[2], 95, color=LIGHT, read=False)
    drawing.one_label("Better Same", [better, same])
    drawing.text("Worse", 345, 95, anchor="mm", color=GREY)
    assert drawing.triples() == expected(names)


def test_names_set_wider_apart_than_words_are_two():
    drawing, names = Drawing(), ("Often enough", "Rarely", "Never at all")
    rows(drawing)
    often = drawing.text("Often enough", 165, 95, read=False)
    rarely = drawing.text("Rarely", often[2] + 14, 95, read=False)
    drawing.one_label("Often enough Rarely", [often, rarely])
    drawing.text("Never at all", 330, 95)
    assert drawing.triples() == expected(names)


def test_the_same_heads_over_every_panel_are_the_same_series():
    drawing = Drawing(width=640)
    for panel, (city, x) in enumerate((("Northern towns", 140), ("Southern towns", 400))):
        drawing.text(city, x + 100, 60, anchor="mm")
        for name, place in (("Yes", x + 50), ("No", x + 150)):
            drawing.text(name, place, 90, anchor="mm")
        for row, (group, numbers) in enumerate((("Men", (44, 31)), ("Women", (38, 40)), ("Total", (41, 36)))):
            y = 120 + 40 * row
            if not panel:
                drawing.text(group, 130, y, anchor="rm")
            drawing.bar(x, x + 2 * numbers[0], y, DARK)
            drawing.bar(x + 2 * numbers[0], x + 2 * sum(numbers), y, LIGHT)
            drawing.text(str(numbers[0] + panel), x + numbers[0], y, anchor="mm")
            drawing.text(str(numbers[1] + panel), x + 2 * numbers[0] + numbers[1], y, anchor="mm")
    triples = set(drawing.triples())
    assert ("Northern towns: Men", "Yes", 44) in triples
    assert ("Southern towns: Women", "No", 41) in triples
    assert {series for _, series, _ in triples} == {"Yes", "No"}
    assert len(triples) == 12


def test_heads_that_begin_in_colour_and_go_on_in_black_are_whole():
    drawing = Drawing()
    rows(drawing, top=130)
    good = drawing.text("Good", 145, 80, color=DARK)
    drawing.text("for all", good[2] + 3, 80)
    drawing.text("who work", 145, 96)
    fair = drawing.text("Fair", 250, 80, color=(200, 160, 60))
    drawing.text("to most", fair[2] + 3, 80)
    drawing.text("who work", 250, 96)
    drawing.text("Neither", 335, 96, color=GREY)
    assert drawing.triples() == expected(("Good for all who work", "Fair to most who work", "Neither"))


def test_what_stands_over_the_names_of_the_rows_is_no_head():
    drawing, names = Drawing(), ("Agree", "Half and half", "Disagree")
    rows(drawing)
    drawing.text("Among adults", 60, 80)
    drawing.text("who vote", 60, 95)
    for name, x in zip(names, (165, 240, 340), strict=True):
        drawing.text(name, x, 95)
    assert drawing.triples() == expected(names)


def test_names_in_the_bars_of_the_first_group_stand_for_a_legend():
    drawing = Drawing()
    for group, (name, numbers) in enumerate((("Cities", (70, 55)), ("Towns", (48, 62)), ("Villages", (51, 44)))):
        y = 110 + 70 * group
        drawing.text(name, 130, y + 10, anchor="rm")
        for number, color, place in zip(numbers, (DARK, (70, 120, 180)), (y, y + 21), strict=True):
            drawing.bar(140, 140 + 3 * number, place, color)
            drawing.text(str(number), 145 + 3 * number, place)
    for name, y in (("Today", 110), ("Ten years ago", 131)):
        drawing.text(name, 146, y, color=WHITE)
    assert set(drawing.triples()) == {
        ("Cities", "Today", 70),
        ("Cities", "Ten years ago", 55),
        ("Towns", "Today", 48),
        ("Towns", "Ten years ago", 62),
        ("Villages", "Today", 51),
        ("Villages", "Ten years ago", 44),
    }


def test_a_heading_close_under_a_legend_is_no_line_of_a_name_in_it():
    drawing = Drawing()
    rows(drawing)
    for first, second, color, x in (
        ("Mostly", "good", DARK, 145),
        ("Hardly", "any", LIGHT, 225),
        ("Mostly", "bad", GREY, 300),
    ):
        drawing.draw.rectangle((x, 57, x + 6, 63), fill=color)
        drawing.text(first, x + 10, 60, size=11)
        drawing.text(second, x + 10, 73, size=11)
    drawing.text("For all and everybody", 220, 88, size=11)
    assert drawing.triples() == expected(("Mostly good", "Hardly any", "Mostly bad"))


def test_names_wider_than_the_numbers_under_them_are_heads():
    drawing = Drawing()
    for y, yes, no in ((120, "It would be too bad a thing", "It would be a good thing"), (200, "Against", "For it")):
        drawing.text(yes, 228, y - 28, anchor="rm", size=11)
        drawing.text(no, 236, y - 28, size=11)
        drawing.text("Merger" if y < 200 else "Tax", 80, y, anchor="rm")
        drawing.bar(120, 232, y, DARK)
        drawing.bar(232, 300, y, LIGHT)
        drawing.text(str(y // 4), 215, y, anchor="mm")
        drawing.text(str(y // 8), 250, y, anchor="mm")
    assert set(drawing.triples()) == {
        ("Merger", "It would be too bad a thing", 30),
        ("Merger", "It would be a good thing", 15),
        ("Tax", "Against", 50),
        ("Tax", "For it", 25),
    }


def test_totals_in_a_column_under_their_head_belong_to_no_bar():
    drawing = Drawing()
    stacks = {"North": (40, 30), "South": (12, 30), "East": (35, 38), "West": (20, 18), "Centre": (33, 21)}
    for name, color, x in (("Often", DARK, 150), ("Seldom", LIGHT, 240)):
        drawing.draw.rectangle((x, 67, x + 6, 73), fill=color)
        drawing.text(name, x + 12, 70)
    drawing.text("NET", 345, 92, anchor="mm")
    for row, (name, (often, seldom)) in enumerate(stacks.items()):
        y = 120 + 36 * row
        drawing.row(name, y, [(often, DARK), (seldom, LIGHT)])
        drawing.text(str(often + seldom + 1), 345, y, anchor="mm")
    # The head is found under the legend; one bar ends beside its total and has no number in its last segment.
    drawing.labels = [label for label in drawing.labels if label.text != "38"]
    triples = drawing.triples()
    assert [(row, n) for row, name, n in triples if name == "NET"] == [
        (name, sum(numbers) + 1) for name, numbers in stacks.items()
    ]


def test_of_two_numbers_in_one_segment_the_outer_one_is_the_next_segments():
    drawing, names = Drawing(), ("Yes", "Hardly", "No")
    for name, color, x in zip(names, (DARK, LIGHT, GREY), (150, 220, 300), strict=True):
        drawing.draw.rectangle((x, 77, x + 6, 83), fill=color)
        drawing.text(name, x + 12, 80)
    for row, (name, first) in enumerate((("Men", 180), ("Women", 170), ("Total", 176))):
        y = 120 + 40 * row
        drawing.text(name, 130, y, anchor="rm")
        for x0, x1, color in ((140, 140 + first, DARK), (140 + first, 152 + first, LIGHT), (152 + first, 400, GREY)):
            drawing.bar(x0, x1, y, color)
        drawing.text(str(first // 3), 220, y, anchor="mm")
        drawing.text(str(3 + row), 139 + first, y, anchor="mm")
        drawing.text(str(30 + row), 370, y, anchor="mm")
    assert [name for _, name, n in drawing.triples() if n < 10] == ["Hardly"] * 3


def test_a_stroke_left_of_a_letter_at_the_end_of_a_bar_is_no_part_of_it():
    drawing = Drawing()
    rows(drawing)
    for name, x in (("Yes", 190), ("Hardly", 280), ("No", 345)):
        drawing.text(name, x, 95, anchor="mm")
    drawing.draw.rectangle((320, 118, 330, 118), fill=LIGHT)
    assert drawing.triples() == expected(("Yes", "Hardly", "No"))


def test_a_row_in_other_shades_has_the_series_in_the_order_of_the_others():
    drawing, names = Drawing(), ("Agree", "Unsure", "Disagree")
    for name, color, x in zip(names, (DARK, LIGHT, GREY), (150, 220, 300), strict=True):
        drawing.draw.rectangle((x, 77, x + 6, 83), fill=color)
        drawing.text(name, x + 12, 80)
    rows(drawing)
    drawing.row("MEDIAN", 260, [(35, (20, 90, 60)), (33, (60, 20, 120)), (25, (120, 40, 60))])
    assert drawing.triples()[-3:] == [("MEDIAN", name, n) for name, n in zip(names, (35, 33, 25), strict=True)]


def test_heads_in_order_where_rows_lack_a_number():
    drawing, names = Drawing(), ("Agree", "Unsure", "Disagree")
    rows(drawing)
    drawing.row("Old", 240, list(zip((45, 30, 10), (DARK, LIGHT, GREY), strict=True)))
    for name, x in zip(names, (190, 280, 345), strict=True):
        drawing.text(name, x, 95, anchor="mm")
    drawing.labels = [label for label in drawing.labels if label.text not in {"32", "10"}]
    assert [triple[1:] for triple in drawing.triples() if triple[0] in {"Total", "Old"}] == [
        ("Agree", 40),
        ("Disagree", 20),
        ("Agree", 45),
        ("Unsure", 30),
    ]


def test_a_unit_in_brackets_belongs_to_the_head_over_it_whatever_its_grey():
    drawing = Drawing()
    for name, unit, x in (("Exports", "(in billions)", 180), ("Imports", "(in millions)", 330)):
        drawing.text(name, x, 80, anchor="mm")
        drawing.text(unit, x, 96, anchor="mm", color=(120, 120, 120))
    for row, (name, one, other) in enumerate((("North", 40, 35), ("South", 55, 21), ("West", 31, 44))):
        y = 130 + 36 * row
        drawing.text(name, 110, y, anchor="rm")
        for x, number, color in ((130, one, DARK), (280, other, (80, 120, 170))):
            drawing.bar(x, x + 2 * number, y, color)
            drawing.text(str(number), x + number, y, anchor="mm")
    triples = drawing.triples()
    assert len(triples) == 6
    assert {series for _, series, _ in triples} == {"Exports (in billions)", "Imports (in millions)"}


def test_the_grey_line_under_a_grey_one_is_no_rest_of_the_coloured_line_beside_it():
    drawing = Drawing()
    rows(drawing)
    for line, y in (("Want", 84), ("change", 100)):
        drawing.text(line, 205, y, anchor="rm", color=DARK)
    for line, y in (("Not", 84), ("unsure", 100)):
        drawing.text(line, 210, y, color=(130, 130, 130))
    drawing.text("Refuse", 345, 100, anchor="mm", color=(60, 60, 60))
    assert drawing.triples() == expected(("Want change", "Not unsure", "Refuse"))


def test_a_head_of_bold_and_thin_lines_is_one():
    drawing = Drawing()
    rows(drawing)
    for x, first in ((190, "Yes, lately"), (280, "Yes, once"), (360, "Never")):
        drawing.text(first, x, 84, anchor="mm", color=(0, 0, 0))
        drawing.text("in a year", x, 100, anchor="mm", color=(70, 70, 70))
    assert drawing.triples() == expected(("Yes, lately in a year", "Yes, once in a year", "Never in a year"))


def test_heads_that_are_ranges_one_of_them_read_as_a_number():
    drawing = Drawing()
    rows(drawing)
    for name, x in (("18-29", 190), ("30.49", 280), ("50-64", 345)):
        drawing.text(name, x, 95, anchor="mm")
    assert drawing.triples() == expected(("18-29", "30.49", "50-64"))


def test_the_last_head_may_stand_beside_the_plot():
    drawing = Drawing()
    rows(drawing)
    for name, x in (("Yes", 190), ("Hardly", 280)):
        drawing.text(name, x, 95, anchor="mm")
    drawing.text("Refused", 372, 95)
    assert drawing.triples() == expected(("Yes", "Hardly", "Refused"))


def test_second_lines_of_heads_side_by_side_read_as_one():
    drawing = Drawing()
    rows(drawing)
    drawing.text("Quite", 190, 95, anchor="mm")
    for line, x in (("Not too", 280), ("Not in the", 338)):
        drawing.text(line, x, 79, anchor="mm")
    boxes = [drawing.text(line, x, 95, anchor="mm", read=False) for line, x in (("sure", 280), ("least", 338))]
    drawing.one_label("sure least", boxes)
    assert drawing.triples() == expected(("Quite", "Not too sure", "Not in the least"))


def test_a_name_in_a_legend_whose_words_are_two_labels():
    drawing, names = Drawing(), ("A lot", "Some", "None")
    for name, color, x in zip(names, (DARK, LIGHT, GREY), (150, 230, 310), strict=True):
        drawing.draw.rectangle((x, 77, x + 6, 83), fill=color)
        if name == "A lot":
            drawing.text("A", x + 12, 80)
            drawing.text("lot", x + 26, 80)
        else:
            drawing.text(name, x + 12, 80)
    rows(drawing)
    assert drawing.triples() == expected(names)


def test_both_lines_of_heads_side_by_side_read_as_one():
    drawing = Drawing()
    rows(drawing)
    drawing.text("Quite", 190, 95, anchor="mm")
    for first, second, y in (("Not sure", "Never", 79), ("enough", "at all", 95)):
        boxes = [drawing.text(first, 308, y, anchor="rm", read=False), drawing.text(second, 316, y, read=False)]
        drawing.one_label(f"{first} {second}", boxes)
    assert drawing.triples() == expected(("Quite", "Not sure enough", "Never at all"))


def test_the_bar_under_the_last_line_of_a_name_is_no_part_of_its_ink():
    drawing = Drawing()
    rows(drawing, top=127)
    for first, second, x in (("On the", "whole yes", 160), ("On the", "whole no", 245), ("Not yet", "settled", 320)):
        drawing.text(first, x, 95)
        x0, y0, x1, y1 = drawing.text(second, x, 108, read=False)
        drawing.label(second, x0, y0, x1, y1 + 7)
    assert drawing.triples() == expected(("On the whole yes", "On the whole no", "Not yet settled"))


def test_years_in_a_legend_read_as_one_number_are_two_names():
    drawing = Drawing()
    names = (("2011", DARK, 200), ("2012", LIGHT, 262))
    drawing.one_label("20112012", [_entry(drawing, *entry) for entry in names])
    drawing.row("Men", 120, [(51, DARK), (22, LIGHT)])
    drawing.row("Women", 160, [(30, DARK), (41, LIGHT)])
    assert drawing.triples()[:2] == [("Men", "2011", 51), ("Men", "2012", 22)]


@pytest.mark.parametrize(("read_as", "second"), [("YesNo", "No"), ("Not yetSome", "Some"), ("U.S.Others", "Others")])
def test_names_of_a_framed_legend_read_without_a_blank_are_two(read_as, second):
    drawing = Drawing()
    drawing.draw.rectangle((180, 71, 420, 98), outline=BLACK)
    first = read_as.removesuffix(second)
    boxes = [_entry(drawing, first, DARK, 190), _entry(drawing, second, LIGHT, 300)]
    x0, x1 = boxes[0][0], boxes[1][2]
    drawing.label(read_as, x0, 70, x1, 95)
    drawing.row("Men", 125, [(51, DARK), (22, LIGHT)])
    drawing.row("Women", 165, [(30, DARK), (41, LIGHT)])
    assert drawing.triples()[:2] == [("Men", first, 51), ("Men", second, 22)]


def _entry(drawing, name, color, x, y=85):
    drawing.draw.rectangle((x, y - 5, x + 9, y + 5), fill=color)
    _, y0, x1, y1 = drawing.text(name, x + 14, y, read=False)
    return x, y0, x1, y1


def test_a_limit_in_a_legend_is_a_name():
    drawing = Drawing()
    for name, color, x in (("<$30K", DARK, 150), ("$30K-$99K", LIGHT, 240), ("$100K+", GREY, 350)):
        drawing.draw.rectangle((x, 80, x + 9, 90), fill=color)
        drawing.text(name, x + 14, 85)
    rows(drawing)
    assert drawing.triples() == expected(("<$30K", "$30K-$99K", "$100K+"))


def test_heads_printed_twice_take_the_one_before_them_along_and_sums_are_no_ticks():
    drawing = Drawing(width=560)
    for head, x in (("2007", 150), ("Share", 205), ("2017", 360), ("Share", 415)):
        drawing.text(head, x, 80)
    table = {
        "Apples": (475, 20, 250, 52),
        "Pears": (400, 17, 425, 11),
        "Plums": (525, 23, 310, 13),
        "Nuts": (60, 9, 70, 8),
    }
    for row, (name, numbers) in enumerate(table.items()):
        y = 110 + 35 * row
        drawing.text(name, 130, y, anchor="rm")
        for x, number, share in ((180, *numbers[:2]), (390, *numbers[2:])):
            drawing.text(str(number), x, y, anchor="rm")
            drawing.bar(x + 25, x + 50 + 2 * share, y, DARK)
            drawing.text(str(share), x + 30, y, color=WHITE)
    drawing.text("Total", 130, 250, anchor="rm")
    drawing.text("1,460", 180, 250, anchor="rm")
    drawing.text("1,055", 390, 250, anchor="rm")
    heads = ("2007", "2007 Share", "2017", "2017 Share")
    assert set(drawing.triples()) == {
        *((name, head, n) for name, numbers in table.items() for head, n in zip(heads, numbers, strict=True)),
        ("Total", "2007", 1460),
        ("Total", "2017", 1055),
    }


def test_a_head_alone_over_a_column_of_numbers_beside_bars_is_their_name():
    drawing = Drawing()
    drawing.text("Change", 400, 80, anchor="mm")
    for row, (name, number, change) in enumerate((("Ham", 40, 12), ("Eggs", 61, 7), ("Milk", 35, 3), ("Oats", 52, 9))):
        y = 110 + 35 * row
        drawing.row(name, y, [(number, DARK)], ink=WHITE)
        drawing.text(str(change), 400, y, anchor="mm")
    assert {series for _, series, number in drawing.triples() if number < 20} == {"Change"}
    assert {series for _, series, number in drawing.triples() if number > 20} == {""}


def test_names_around_a_single_row_go_by_their_order():
    drawing = Drawing()
    places = drawing.row("Total", 130, [(9, DARK), (90, LIGHT), (12, GREY), (8, DARK)], x=140, ink=BLACK)
    drawing.text("Never", places[0], 90)
    drawing.text("Only when told", (places[1] + places[2]) / 2 - 40, 130, anchor="mm")
    drawing.text("Often enough", places[2] - 60, 90)
    drawing.text("Always", places[3], 170)
    found = {number: series for _, series, number in drawing.triples()}
    assert found == {9: "Never", 90: "Only when told", 12: "Often enough", 8: "Always"}


def test_names_in_the_segments_of_the_only_column_are_its_series():
    drawing = Drawing(width=220)
    for name, number, color, top in (("MORE", 52, (200, 120, 30), 80), ("LESS", 43, (90, 120, 50), 210)):
        drawing.draw.rectangle((60, top, 150, top + 129), fill=color)
        drawing.text(str(number), 105, top + 20, color=WHITE, anchor="mm")
        drawing.text(name, 105, top + 90, color=WHITE, anchor="mm")
    assert drawing.triples() == [("", "MORE", 52), ("", "LESS", 43)]


def test_sums_at_both_ends_of_rows_have_the_heads_over_both_sides():
    drawing = Drawing(width=600)
    for head, x in (("All for it", 215), ("All against it", 385)):
        drawing.text(head, x, 70, anchor="mm")
    for head, x in (("Fully", 180), ("Partly", 260), ("Mildly", 340), ("Never", 430)):
        drawing.text(head, x, 95, anchor="mm")
    for row, (name, numbers) in enumerate(
        (("Men", (35, 30, 28, 31)), ("Women", (31, 36, 30, 27)), ("All", (33, 33, 29, 29)))
    ):
        y = 125 + 40 * row
        colors = (DARK, LIGHT, (150, 190, 210), (60, 110, 160))
        left = 300 - round(2.0 * sum(numbers[:2]))
        places = drawing.row(name, y, list(zip(numbers, colors, strict=True)), x=left, scale=2.0)
        drawing.text(str(sum(numbers[:2])), left - 6, y, anchor="rm")
        drawing.text(str(sum(numbers[2:])), places[-1] + 6, y)
    found = set(drawing.triples())
    assert {("Men", "Fully", 35), ("Women", "Never", 27), ("All", "Mildly", 29)} <= found
    assert {("Men", "All for it", 65), ("Women", "All against it", 57), ("All", "All for it", 66)} <= found


def test_dashes_in_the_colours_of_bars_are_keys():
    drawing = Drawing()
    for name, color, x in (("Now", (200, 60, 40), 160), ("Then", (60, 90, 140), 260)):
        drawing.draw.rectangle((x, 73, x + 24, 77), fill=color)
        drawing.text(name, x + 30, 75)
    for row, (name, numbers) in enumerate((("Ham", (70, 58)), ("Eggs", (79, 64)), ("Milk", (37, 74)))):
        y = 115 + 60 * row
        drawing.text(name, 130, y, anchor="rm")
        for number, color, place in zip(numbers, ((200, 60, 40), (60, 90, 140)), (y - 11, y + 11), strict=True):
            drawing.bar(140, 140 + 3 * number, place, color)
            drawing.text(str(number), 150, place, color=WHITE)
    assert {("Ham", "Now", 70), ("Eggs", "Then", 64), ("Milk", "Then", 74)} <= set(drawing.triples())


def test_the_last_line_of_a_head_may_reach_over_the_next_head_a_little():
    drawing = Drawing()
    heads = {"... stay with us": (70, 150), "for as long": (85, 150), "as they like": (100, 150)}
    heads |= {
        "... have to leave": (70, 260),
        "the very house": (85, 260),
        "at once": (100, 260),
        "No": (85, 360),
        "reply": (100, 357),
    }
    for line, (y, x) in heads.items():
        drawing.text(line, x, y)
    rows(drawing)
    names = ("... stay with us for as long as they like", "... have to leave the very house at once", "No reply")
    assert drawing.triples() == expected(names)
