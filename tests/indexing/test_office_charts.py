"""Native charts are read exactly: every kind of chart, category, number format and reference."""

import datetime as dt
import io

import openpyxl
import pptx
import pytest
from openpyxl.chart import BarChart, Reference
from pptx.chart.data import BubbleChartData, CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE as KIND
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.util import Inches

from chartwell.errors import DamagedFile
from chartwell.indexing.charts.text import chart_node
from chartwell.indexing.documents import Box, Region
from chartwell.indexing.loaders.office.charts import read_office_chart
from chartwell.indexing.loaders.office.xml import parse_xml
from chartwell.indexing.loaders.parsed import FigureBlock, Limits
from chartwell.indexing.loaders.registry import load

REGION = Region(3, Box(0.1, 0.2, 0.6, 0.8))
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def drawn(kind, data, change=None):
    """A chart made by python-pptx, as its element."""
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    chart = slide.shapes.add_chart(kind, 0, 0, Inches(4), Inches(3), data).chart
    if change:
        change(chart)
    return parse_xml(chart.part.blob, "chart")


def reading(kind, data, change=None, **options):
    return read_office_chart(drawn(kind, data, change), REGION, **options)


def categories(names, series, number_format="General"):
    data = CategoryChartData(number_format=number_format)
    data.categories = names
    for name, values in series.items():
        data.add_series(name, values)
    return data


def triples(read):
    return [(value.series, value.category, value.number, value.unit, value.text) for value in read.values]


ONE, TWO = {"S": (1, 2)}, {"S": (1, 2), "T": (3, 4)}


@pytest.mark.parametrize(
    ("kind", "series", "chart_type"),
    [
        (KIND.COLUMN_CLUSTERED, ONE, "bar"),
        (KIND.COLUMN_CLUSTERED, TWO, "grouped bar"),
        (KIND.COLUMN_STACKED, TWO, "stacked bar"),
        (KIND.COLUMN_STACKED, ONE, "bar"),
        (KIND.BAR_CLUSTERED, ONE, "horizontal bar"),
        (KIND.BAR_CLUSTERED, TWO, "horizontal grouped bar"),
        (KIND.BAR_STACKED_100, TWO, "horizontal stacked bar"),
        (KIND.LINE, TWO, "line"),
        (KIND.LINE_MARKERS, ONE, "line"),
        (KIND.AREA, ONE, "area"),
        (KIND.AREA_STACKED, TWO, "stacked area"),
        (KIND.PIE, ONE, "pie"),
        (KIND.DOUGHNUT, ONE, "donut"),
        (KIND.RADAR, TWO, "other"),
    ],
)
def test_the_kind_of_chart(kind, series, chart_type):
    assert reading(kind, categories(["甲", "乙"], series)).chart_type == chart_type


def test_titles_axes_legend_and_values():
    def change(chart):
        chart.has_title = True
        chart.chart_title.text_frame.text = "Share of users"
        chart.chart_title.text_frame.add_paragraph().text = "by region"
        chart.category_axis.axis_title.text_frame.text = "Region"
        chart.value_axis.axis_title.text_frame.text = "占比"
        chart.has_legend = True
        fill = chart.plots[0].series[0].format.fill
        fill.solid()
        fill.fore_color.rgb = RGBColor(0xD6, 0x54, 0x00)
        fill = chart.plots[0].series[1].format.fill
        fill.solid()
        fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_2

    data = categories(["North", "South"], {"2023": (0.4137, 0.07), "2024": (0.5, 1)}, "0%")
    read = reading(KIND.COLUMN_CLUSTERED, data, change, theme={"accent2": "#c0504d"})
    assert read.title == "Share of users by region"
    assert (read.x_axis.title, read.x_axis.scale, read.x_axis.labels) == ("Region", "category", ("North", "South"))
    assert (read.y_axis.title, read.y_axis.scale) == ("占比", "linear")
    assert read.legend == ("2023", "2024")
    assert read.legend_colors == ("#d65400", "#c0504d")
    assert triples(read) == [
        ("2023", "North", 41.37, "%", "41%"),
        ("2024", "North", 50.0, "%", "50%"),
        ("2023", "South", 7.0, "%", "7%"),
        ("2024", "South", 100.0, "%", "100%"),
    ]
    assert {(value.how, value.confidence, value.region) for value in read.values} == {("labelled", 1.0, REGION)}


def test_horizontal_bars_have_their_categories_along_y():
    read = reading(KIND.BAR_CLUSTERED, categories(["甲", "乙"], ONE))
    assert read.y_axis.labels == ("甲", "乙")
    assert read.x_axis.scale == "linear"


def test_a_title_without_text_is_the_only_series_name():
    def change(chart):
        chart.has_title = True

    assert reading(KIND.LINE, categories(["a"], {"Revenue": (1,)}), change).title == "Revenue"
    assert reading(KIND.LINE, categories(["a"], {"Revenue": (1,), "Cost": (2,)}), change).title == ""
    assert reading(KIND.LINE, categories(["a"], {"Revenue": (1,)})).title == ""


def test_levels_of_categories_and_missing_points():
    data = CategoryChartData()
    for year, quarters in (("2023", ("Q1", "Q2")), ("2024", ("Q1",))):
        outer = data.add_category(year)
        for quarter in quarters:
            outer.add_sub_category(quarter)
    data.add_series("S", (1, None, 3))
    read = reading(KIND.COLUMN_CLUSTERED, data)
    assert [value[:3] for value in triples(read)] == [("S", "2023: Q1", 1.0), ("S", "2024: Q1", 3.0)]
    assert read.x_axis.labels == ("2023: Q1", "2023: Q2", "2024: Q1")


def test_dates_as_categories():
    data = categories([dt.date(2024, 1, 1), dt.date(2024, 2, 1)], {"S": (2.5e6, 7e6)}, '"$"#,##0.0,,"m"')
    read = reading(KIND.LINE, data)
    assert read.x_axis.scale == "date"
    assert triples(read) == [
        ("S", "2024-01-01", 2500000.0, "$", "$2.5m"),
        ("S", "2024-02-01", 7000000.0, "$", "$7.0m"),
    ]


@pytest.mark.parametrize(
    ("number_format", "number", "told"),
    [
        ("General", 1234.5, (1234.5, "", "1234.5")),
        ("#,##0", 1234.5, (1234.5, "", "1,235")),
        ("#,##0,", 1234567, (1234.567, "", "1,235")),
        ('0.0,,"百万"', 2.5e8, (2.5e8, "", "250.0百万")),
        ("[$€-407]#,##0.00", 3.5, (3.5, "€", "€3.50")),
        ("0.0%", -0.012, (-1.2, "%", "-1.2%")),
        ('"$"#,##0_);("$"#,##0)', -1500, (-1500.0, "$", "($1,500)")),
    ],
)
def test_numbers_and_units_are_what_the_format_displays(number_format, number, told):
    read = reading(KIND.COLUMN_CLUSTERED, categories(["a"], {"S": (number,)}, number_format))
    assert (read.values[0].number, read.values[0].unit, read.values[0].text) == told


def test_the_format_of_the_labels_and_of_the_axis_count():
    def labels(chart):
        chart.plots[0].has_data_labels = True
        chart.plots[0].data_labels.number_format = "0.0%"
        chart.plots[0].data_labels.number_format_is_linked = False

    def axis(chart):
        chart.value_axis.tick_labels.number_format = "0%"
        chart.value_axis.tick_labels.number_format_is_linked = False

    data = categories(["a"], {"S": (0.256,)})
    assert reading(KIND.COLUMN_CLUSTERED, data, labels).values[0].text == "25.6%"
    read = reading(KIND.COLUMN_CLUSTERED, data, axis)
    assert (read.values[0].text, read.values[0].number, read.y_axis.unit) == ("26%", 25.6, "%")


def test_pies_that_print_shares_tell_shares():
    def change(chart):
        chart.plots[0].has_data_labels = True
        chart.plots[0].data_labels.show_percentage = True
        chart.plots[0].data_labels.show_value = False

    read = reading(KIND.PIE, categories(["甲", "乙"], {"人数": (30, 90)}), change)
    assert triples(read) == [("人数", "甲", 25.0, "%", "25%"), ("人数", "乙", 75.0, "%", "75%")]
    assert read.legend == ("甲", "乙")
    assert (read.x_axis, read.y_axis) == (None, None)
    assert triples(reading(KIND.PIE, categories(["甲"], {"人数": (30,)}))) == [("人数", "甲", 30.0, "", "30")]


def test_scatter_and_bubble_charts():
    data = XyChartData()
    series = data.add_series("S")
    series.add_data_point(1, 2)
    series.add_data_point(1.5, 3)
    read = reading(KIND.XY_SCATTER, data)
    assert read.chart_type == "scatter"
    assert [value[:3] for value in triples(read)] == [("S", "1", 2.0), ("S", "1.5", 3.0)]
    assert (read.x_axis.scale, read.y_axis.scale) == ("linear", "linear")
    data = BubbleChartData()
    data.add_series("S").add_data_point(1, 2, 10)
    read = reading(KIND.BUBBLE, data)
    assert [value[:3] for value in triples(read)] == [("S", "1", 2.0), ("S: size", "1", 10.0)]
    assert read.legend == ("S",)


def test_combined_charts_log_scales_and_units_of_axes():
    root = drawn(KIND.COLUMN_CLUSTERED, categories(["a", "b"], {"Bars": (1, 2)}))
    line = drawn(KIND.LINE, categories(["a", "b"], {"Line": (10, 20)})).find(f".//{{{C}}}lineChart")
    root.find(f".//{{{C}}}barChart").addnext(line)
    axis = root.find(f".//{{{C}}}valAx")
    axis.find(f"{{{C}}}scaling").insert(0, axis.makeelement(f"{{{C}}}logBase", {"val": "10"}))
    units = axis.makeelement(f"{{{C}}}dispUnits")
    units.append(axis.makeelement(f"{{{C}}}builtInUnit", {"val": "millions"}))
    axis.append(units)
    read = read_office_chart(root, REGION)
    assert read.chart_type == "other"
    assert read.legend == ("Bars", "Line")
    assert [value[:3] for value in triples(read)] == [
        ("Bars", "a", 1.0), ("Line", "a", 10.0), ("Bars", "b", 2.0), ("Line", "b", 20.0),
    ]  # fmt: skip
    assert (read.y_axis.scale, read.y_axis.unit) == ("log", "millions")


def test_errors_among_the_numbers_are_missing_values():
    root = drawn(KIND.COLUMN_CLUSTERED, categories(["a", "b"], ONE))
    root.find(f".//{{{C}}}val//{{{C}}}v").text = "#N/A"
    assert [value.category for value in read_office_chart(root, REGION).values] == ["b"]


def test_charts_without_categories_count_their_points():
    root = drawn(KIND.COLUMN_CLUSTERED, categories(["a", "b"], ONE))
    for element in root.findall(f".//{{{C}}}cat"):
        element.getparent().remove(element)
    assert [value.category for value in read_office_chart(root, REGION).values] == ["1", "2"]


def test_the_embedded_workbook_gives_what_the_chart_does_not_keep(tmp_path):
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    data = categories(["甲", "乙"], {"占比": (0.25, 0.75)}, "0%")
    chart = slide.shapes.add_chart(KIND.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data).chart
    for cache in [*chart._chartSpace.iter(f"{{{C}}}numCache"), *chart._chartSpace.iter(f"{{{C}}}strCache")]:
        cache.getparent().remove(cache)
    presentation.save(tmp_path / "a.pptx")
    figure = load(tmp_path / "a.pptx", Limits()).blocks[-1]
    assert triples(figure.reading) == [("占比", "甲", 25.0, "%", "25%"), ("占比", "乙", 75.0, "%", "75%")]


def test_a_damaged_embedded_workbook_costs_only_the_values(tmp_path):
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    chart = slide.shapes.add_chart(KIND.PIE, 0, 0, Inches(4), Inches(3), categories(["甲"], {"S": (1,)})).chart
    for cache in list(chart._chartSpace.iter(f"{{{C}}}numCache")):
        cache.getparent().remove(cache)
    chart.part.chart_workbook.xlsx_part._blob = b"PK\x03\x04 no workbook"
    presentation.save(tmp_path / "a.pptx")
    figure = load(tmp_path / "a.pptx", Limits()).blocks[-1]
    assert (figure.reading.chart_type, figure.reading.legend, figure.reading.values) == ("pie", ("甲",), ())


def test_sheets_give_what_their_charts_do_not_keep(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "It's 数据"
    for row in (["地区", "Revenue"], ["North", 1234.5], ["South", None], ["West", 3]):
        sheet.append(row)
    sheet["B2"].number_format = '"$"#,##0.0'
    chart = BarChart()
    chart.title = "Rev"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=4), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=4))
    workbook.create_sheet("Charts").add_chart(chart, "B3")
    buffer = io.BytesIO()
    workbook.save(buffer)
    (tmp_path / "a.xlsx").write_bytes(buffer.getvalue())
    figures = [block for block in load(tmp_path / "a.xlsx", Limits()).blocks if isinstance(block, FigureBlock)]
    read = figures[0].reading
    assert triples(read) == [("Revenue", "North", 1234.5, "$", "$1,234.5"), ("Revenue", "West", 3.0, "", "3")]
    assert figures[0].region.page == 2
    assert {value.region for value in read.values} == {figures[0].region}


def extended(layout, dimensions, series="", title=""):
    cx = "http://schemas.microsoft.com/office/drawing/2014/chartex"
    name = "<cx:tx><cx:txData><cx:f>S!A1</cx:f><cx:v>现金</cx:v></cx:txData></cx:tx>"
    drawn = f'<cx:series layoutId="{layout}">{name}<cx:dataId val="0"/>{series}</cx:series>'
    area = f"<cx:plotArea><cx:plotAreaRegion>{drawn}</cx:plotAreaRegion></cx:plotArea>"
    data = f'<cx:chartData><cx:data id="0">{dimensions}</cx:data></cx:chartData>'
    chart = f"<cx:chart><cx:title><cx:tx>{title}</cx:tx></cx:title>{area}</cx:chart>"
    return parse_xml(f'<cx:chartSpace xmlns:cx="{cx}" xmlns:a="{A}">{data}{chart}</cx:chartSpace>'.encode(), "chart")


def points(*texts):
    return "".join(f'<cx:pt idx="{index}">{text}</cx:pt>' for index, text in enumerate(texts) if text)


def test_charts_of_newer_kinds():
    values = f'<cx:numDim type="val"><cx:lvl formatCode="0%">{points("0.1", "", "-0.2")}</cx:lvl></cx:numDim>'
    names = f'<cx:strDim type="cat"><cx:lvl>{points("甲", "乙", "丙")}</cx:lvl></cx:strDim>'
    inner, outer = (f"<cx:lvl>{points(*texts)}</cx:lvl>" for texts in (("x", "y", "z"), ("A", "", "B")))
    levels = f'<cx:strDim type="cat">{inner}{outer}</cx:strDim>'
    title = "<cx:txData><cx:v>Cash bridge</cx:v></cx:txData>"
    read = read_office_chart(extended("waterfall", names + values, title=title), REGION)
    assert (read.chart_type, read.title, read.legend) == ("other", "Cash bridge", ())
    assert triples(read) == [("现金", "甲", 10.0, "%", "10%"), ("现金", "丙", -20.0, "%", "-20%")]
    title = "<cx:rich><a:p><a:r><a:t>漏斗</a:t></a:r></a:p></cx:rich>"
    read = read_office_chart(extended("funnel", levels + values, title=title), REGION)
    assert (read.chart_type, read.title) == ("horizontal bar", "漏斗")
    assert [value.category for value in read.values] == ["A: x", "B: z"]
    for layout, series in (("clusteredColumn", "<cx:layoutPr><cx:binning/></cx:layoutPr>"), ("boxWhisker", "")):
        assert read_office_chart(extended(layout, names + values, series), REGION).values == ()


def test_what_is_no_chart_is_damage():
    with pytest.raises(DamagedFile):
        read_office_chart(parse_xml(b"<x/>", "x"), REGION)


def test_a_chart_without_a_picture_becomes_a_node_that_can_be_searched():
    read = reading(KIND.COLUMN_CLUSTERED, categories(["北方", "South"], TWO, '"$"#,##0'))
    node = chart_node(FigureBlock(None, REGION, "图 3 收入", reading=read), (), read)
    for expected in ("图 3 收入", "北方", "$1", "T", "S"):
        assert expected in node.text
    assert node.image is None
    assert node.reading == read
