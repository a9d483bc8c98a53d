"""Draws the demo's Chinese report: four A4 pages on public transport in an invented city.

The typeface is embedded as a subset, so the file shows the same everywhere. Needs the `dev` extra (reportlab).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate, Spacer

from .palette import AMBER, MUTED, NAVY, RULE, WHITE
from .report_layout import CONTENT_WIDTH, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Layout
from .vector_charts import ChartText, Typeface, bars, grouped_columns

TITLE = "云泽市公共交通运营年报（2024）"
FONT_NAME = "WenQuanYiMicroHei"

RIDERSHIP_CHART = ChartText(
    "日均客运量", "单位：万人次", ("2020年", "2021年", "2022年", "2023年", "2024年"), ("地铁", "公交")
)
RIDERSHIP = ((68.2, 79.5, 81.7, 101.3, 114.6), (92.4, 90.7, 83.9, 86.2, 82.5))

LINE_TABLE = (
    ("线路", "长度（公里）", "车站数", "日均客运量（万人次）", "准点率（%）"),
    ("一号线", "32.4", "26", "41.8", "99.2"),
    ("二号线", "27.9", "22", "35.6", "98.9"),
    ("三号线", "29.8", "21", "24.3", "98.7"),
    ("四号线", "18.6", "13", "12.9", "99.4"),
    ("合计", "108.7", "82", "114.6", "99.0"),
)

SATISFACTION_CHART = ChartText(
    "乘客满意度调查", "单位：分（满分100分）", ("安全", "准点", "车内环境", "票价", "换乘便利", "信息服务")
)
SATISFACTION = (94.1, 92.6, 90.8, 88.4, 87.3, 85.9)


def draw_chinese_report(path: Path, font_file: Path) -> None:
    """Write the report to `path` with the typeface in `font_file` (TrueType outlines)."""
    pdfmetrics.registerFont(TTFont(FONT_NAME, str(font_file)))
    layout = Layout(Typeface(FONT_NAME, FONT_NAME), wrap="CJK", size=11.6)
    frame = Frame(MARGIN, 58, CONTENT_WIDTH, PAGE_HEIGHT - 58 - 70, 0, 0, 0, 0, id="body")
    first = Frame(MARGIN, 58, CONTENT_WIDTH, PAGE_HEIGHT - 58 - 250, 0, 0, 0, 0, id="first")
    document = BaseDocTemplate(
        str(path),
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        pageTemplates=[
            PageTemplate("first", [first], onPage=_draw_banner, autoNextPageTemplate="inner"),
            PageTemplate("inner", [frame], onPage=_draw_margins),
        ],
        title=TITLE,
        author="云泽市交通运输局",
        subject="虚构城市，Chartwell 演示文件",
        creator="Chartwell demo corpus",
        lang="zh-CN",
        # Without a fixed font the first text state of every page would name Helvetica, which is then not embedded.
        initialFontName=FONT_NAME,
        invariant=1,
    )
    document.build([*_summary(layout), *_network(layout), *_operation(layout), *_passengers(layout)])


def _summary(layout: Layout) -> list[Any]:
    return [
        layout.lead("2024年，全市公共交通运送乘客7.35亿人次，其中地铁占57%。"),
        *layout.section(
            "综述",
            "云泽市位于云泽湖北岸，常住人口436万。全市公共交通由四条地铁线路、一条有轨电车线路和187条公交线路组成。"
            "2024年是“便捷换乘三年行动”的第二年，全年完成投资58.3亿元，其中地铁建设投资41.6亿元。",
            "这一年，三号线向东延伸到了高铁站，南港片区的居民第一次可以乘地铁上班。六月的特大暴雨使湖滨大道积水达一米，"
            "全部线路在四十小时内恢复运营，没有发生人员伤亡。",
            "公交客流继续向地铁转移。我们据此停运了23条与地铁重复的线路，把腾出的112辆车投入社区微循环线路，"
            "平均候车时间由11分钟缩短到8分钟。",
        ),
        *layout.section(
            "年度要事",
            "3月18日，全市公交车实现全部电动化，最后一辆柴油公交车退役后存入交通博物馆。",
            "6月21日，因特大暴雨，一号线湖滨段停运31小时，这是开通以来停运时间最长的一次。",
            "11月5日，统一乘车码上线，地铁、公交和公共自行车可以使用同一个二维码。",
        ),
        PageBreak(),
    ]


def _network(layout: Layout) -> list[Any]:
    return [
        layout.title("一、线网建设"),
        layout.paragraph(
            "三号线二期工程于2024年9月28日开通试运营，全长14.6公里，设九座车站，由南港广场通往云泽东站。"
            "从市中心到高铁站的时间由52分钟缩短到27分钟。开通首月，日均进站量达到预测值的1.2倍。"
        ),
        layout.paragraph(
            "四号线北延工程于5月开工，计划2027年通车。工程要穿过老城墙遗址，因此改用更深的隧道，"
            "并由考古人员全程驻场。有轨电车T2线因环湖生态保护的要求推迟，目前正在重新选线。"
        ),
        layout.paragraph(
            "图1显示，地铁日均客运量在2023年首次超过公交。公交客运量在停运重复线路以后有所减少，但社区微循环线路的客流增长了三成。"
        ),
        *layout.figure(
            grouped_columns(RIDERSHIP_CHART, RIDERSHIP, (CONTENT_WIDTH, 290), layout.face, top=125),
            "图1：2020年至2024年地铁和公交日均客运量。",
        ),
        *layout.section(
            "换乘",
            "全市新增换乘通道六条。人民广场站的换乘距离由410米缩短到150米，采用了平行换乘的方式。"
            "地铁站出口五十米以内设有公交站的比例由71%提高到88%。",
        ),
        PageBreak(),
    ]


def _operation(layout: Layout) -> list[Any]:
    width = (CONTENT_WIDTH - 90) / 4
    return [
        layout.title("二、运营服务"),
        layout.paragraph(
            "地铁全年开行列车61.4万列次，最小行车间隔缩短到两分十秒。各线路的长度、客流和准点率见表1。"
            "一号线仍是客流最大的线路，早高峰满载率为118%，比上一年下降七个百分点。"
        ),
        layout.ruled_table("表1：2024年地铁各线路运营情况。", LINE_TABLE, (90, width, width, width, width), total=True),
        *layout.section(
            "安全",
            "全年未发生责任事故。站台门夹人夹物事件减少了四成，主要原因是关门提示音由三秒延长到五秒。"
            "全市组织应急演练214次，其中夜间演练39次。",
        ),
        *layout.section(
            "节能",
            "地铁每车公里耗电量为1.62千瓦时，比上一年下降4.1%。三个车辆段的屋顶安装了太阳能板，"
            "全年发电1,870万千瓦时，可以满足车站照明用电的五分之一。",
            "列车制动产生的电能有86%得到回收。二号线试用了永磁牵引系统，试验列车比普通列车节电11%。",
        ),
        *layout.section(
            "票务",
            "地铁起步票价为2元，可以乘坐6公里。11月起，地铁与公交之间90分钟内换乘优惠1元，"
            "每天约有19万人享受这项优惠。全年票款收入15.7亿元，占运营成本的38%。",
        ),
        PageBreak(),
    ]


def _passengers(layout: Layout) -> list[Any]:
    return [
        layout.title("三、乘客满意度"),
        layout.paragraph(
            "满意度调查由第三方机构在10月进行，共收回有效问卷12,480份。各分项得分见图2。乘客最不满意的是信息服务，"
            "主要意见集中在公交到站时间预报不准。"
        ),
        *layout.figure(
            bars(SATISFACTION_CHART, [SATISFACTION], (CONTENT_WIDTH, 240), layout.face, top=100),
            "图2：2024年乘客满意度分项得分。",
        ),
        layout.paragraph(
            "全年受理投诉8,652件，按时答复率为99.6%。投诉最多的事项依次是空调温度、车厢外放声音和共享单车乱停放。"
        ),
        Spacer(1, 6),
        layout.title("四、2025年工作安排"),
        layout.paragraph("（一）建成云泽东站综合换乘中心，实现高铁、地铁、公交同站换乘。"),
        layout.paragraph("（二）更新一号线信号系统，使最小行车间隔达到一分五十秒。"),
        layout.paragraph("（三）用实时数据改进公交到站预报，使误差在两分钟以内的比例达到九成。"),
        layout.paragraph("（四）为全部车站配备视障人士语音导引设备。"),
        Spacer(1, 10),
        layout.note("云泽市及本报告中的机构、线路和数据均为虚构，专为 Chartwell 演示而编写，可以自由使用。"),
    ]


def _draw_banner(canvas: Any, _document: Any) -> None:
    """The head of the first page, in place of a cover."""
    top = 214
    canvas.setFillColor(HexColor(NAVY))
    canvas.rect(0, PAGE_HEIGHT - top, PAGE_WIDTH, top, stroke=0, fill=1)
    canvas.setFillColor(HexColor(AMBER))
    canvas.rect(MARGIN, PAGE_HEIGHT - 74, 40, 4, stroke=0, fill=1)
    canvas.setFillColor(HexColor(WHITE))
    canvas.setFont(FONT_NAME, 28)
    canvas.drawString(MARGIN, PAGE_HEIGHT - 122, "云泽市公共交通运营年报")
    canvas.setFont(FONT_NAME, 22)
    canvas.drawString(MARGIN, PAGE_HEIGHT - 158, "2024")
    canvas.setFont(FONT_NAME, 11)
    canvas.drawString(MARGIN, PAGE_HEIGHT - 188, "云泽市交通运输局  二〇二五年三月")
    _draw_page_number(canvas, 1)


def _draw_margins(canvas: Any, document: Any) -> None:
    canvas.setFont(FONT_NAME, 8)
    canvas.setFillColor(HexColor(MUTED))
    canvas.drawString(MARGIN, PAGE_HEIGHT - 42, TITLE)
    canvas.drawRightString(PAGE_WIDTH - MARGIN, PAGE_HEIGHT - 42, "云泽市交通运输局")
    canvas.setStrokeColor(HexColor(RULE))
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, PAGE_HEIGHT - 49, PAGE_WIDTH - MARGIN, PAGE_HEIGHT - 49)
    _draw_page_number(canvas, document.page)


def _draw_page_number(canvas: Any, page: int) -> None:
    canvas.setFont(FONT_NAME, 8)
    canvas.setFillColor(HexColor(MUTED))
    canvas.drawCentredString(PAGE_WIDTH / 2, 32, f"第{page}页")
