"""What Chinese charts are about: invented places, measures with their units, and dimensions."""

from __future__ import annotations

from .topics import Dimension, Measure, Unit, Words

PERCENT = Unit("", "%", "%")
YUAN = Unit("", "元", "元")
HUNDRED_MILLIONS = Unit("", "亿元", "亿元")
TEN_THOUSANDS = Unit("", "万", "万")

_FIRST = "云临青安宁江河石松柏兰桂梅竹清平永新东西南北金银"
_LAST = "泽江柏川州阳山河溪湖海林城岭原陵门泉湾源台关港浦"
PLACES = tuple(first + last + kind for first in _FIRST for last in _LAST if first != last for kind in ("市", "县", ""))
COMPANIES = tuple(
    name + kind
    for name in ["恒远", "华川", "启明", "瑞丰", "中岳", "海澜", "天和", "凌云", "博雅", "金穗"]
    for kind in ["科技", "食品", "能源", "物流", "汽车"]
)

MEASURES = (
    Measure("居民用水量", Unit("", "", "万吨"), 30, 900, 0, "万吨"),
    Measure("新能源汽车销量", Unit("", "万辆", "万辆"), 1, 96, 1, "万辆"),
    Measure("营业收入", HUNDRED_MILLIONS, 2, 480, 1, "亿元"),
    Measure("毛利率", PERCENT, 5, 62, 1, "%"),
    Measure("地铁日均客流", Unit("", "万", "万"), 20, 880, 0, "万人次"),
    Measure("人均可支配收入", YUAN, 18000, 86000, 0, "元"),
    Measure("住宅均价", Unit("", "", "元/平方米"), 4200, 58000, 0, "元/平方米"),
    Measure("研发投入", HUNDRED_MILLIONS, 1, 90, 1, "亿元"),
    Measure("粮食产量", Unit("", "", "万吨"), 40, 980, 0, "万吨"),
    Measure("参保人数", TEN_THOUSANDS, 12, 760, 0, "万人"),
    Measure("网购用户占比", PERCENT, 21, 94, 0, "占受访者的%"),
    Measure("森林覆盖率", PERCENT, 8, 78, 1, "%"),
    Measure("净利润增速", PERCENT, -18, 36, 1, "同比，%"),
    Measure("快递业务量", Unit("", "亿件", "亿件"), 1, 60, 1, "亿件"),
    Measure("旅游接待人次", TEN_THOUSANDS, 60, 4200, 0, "万人次"),
    Measure("图书馆借阅量", Unit("", "", "万册"), 5, 310, 0, "万册"),
    Measure("工业用电量", Unit("", "", "亿千瓦时"), 6, 520, 0, "亿千瓦时"),
    Measure("居民存款余额", HUNDRED_MILLIONS, 80, 9600, 0, "亿元"),
    Measure("空气质量优良天数比例", PERCENT, 52, 98, 1, "%"),
    Measure("员工平均年龄", Unit("", "岁", "岁"), 26, 48, 0, "岁"),
)

_SURVEYS = (
    ("居民对垃圾分类的态度", ("非常支持", "比较支持", "不太支持", "反对", "说不清")),
    ("主要出行方式", ("地铁", "公交", "私家车", "自行车", "步行")),
    ("家庭支出构成", ("居住", "食品", "交通", "教育", "医疗", "其他")),
    ("发电量构成", ("火电", "水电", "风电", "光伏", "核电")),
    ("获取新闻的渠道", ("手机", "电视", "电脑", "报纸", "广播")),
    ("对社区医院的满意度", ("很满意", "较满意", "一般", "不满意")),
    ("投诉类型分布", ("物流", "质量", "售后", "价格", "其他")),
    ("用户年龄结构", ("18岁以下", "18-30岁", "31-45岁", "46岁以上")),
)

_DIMENSIONS = (
    Dimension("地区", ("华北", "华东", "华南", "华中", "西南", "西北", "东北")),
    Dimension("年龄段", ("18-24岁", "25-34岁", "35-44岁", "45-54岁", "55岁以上"), ordered=True),
    Dimension("学历", ("初中", "高中", "大专", "本科", "硕士及以上"), ordered=True),
    Dimension("行业", ("制造业", "建筑业", "零售业", "金融业", "教育", "医疗卫生", "交通运输", "住宿餐饮")),
    Dimension("渠道", ("直营门店", "加盟门店", "电商平台", "团购", "社区团长", "批发")),
    Dimension("产品", ("手机", "平板", "笔记本", "显示器", "耳机", "路由器", "手表")),
    Dimension("星期", ("周一", "周二", "周三", "周四", "周五", "周六", "周日"), ordered=True),
    Dimension("作物", ("小麦", "水稻", "玉米", "大豆", "棉花", "花生", "油菜")),
    Dimension("城市", tuple(place for place in PLACES if place.endswith("市"))),
    Dimension("区县", tuple(place for place in PLACES if place.endswith("县"))),
    Dimension("企业", COMPANIES),
)

_SERIES = (
    Dimension("", ("男性", "女性")),
    Dimension("", ("城镇", "农村")),
    Dimension("", ("计划", "实际")),
    Dimension("", ("2019年", "2024年")),
    Dimension("", ("2014年", "2019年", "2024年"), ordered=True),
    Dimension("", ("国有", "民营", "外资")),
    Dimension("", ("一线城市", "二线城市", "三线城市", "县城")),
    Dimension("", ("第一产业", "第二产业", "第三产业")),
    Dimension("", COMPANIES),
    Dimension("", tuple(place for place in PLACES if not place.endswith(("市", "县")))),
)

CHINESE = Words(
    language="zh",
    measures=MEASURES,
    surveys=_SURVEYS,
    dimensions=_DIMENSIONS,
    series=_SERIES,
    places=PLACES,
    titles=(
        "{year}年各{dimension}{measure}",
        "{place}各{dimension}{measure}对比",
        "{place}{measure}（按{dimension}）",
        "{measure}的{dimension}差异",
        "不同{dimension}的{measure}有多大差距",
        "{place}：{measure}一览",
    ),
    time_titles=(
        "{start}年以来{place}{measure}变化",
        "{place}{measure}走势",
        "{place}{measure}（{start}—{year}年）",
        "{measure}稳步变化",
    ),
    long_titles=(
        "{place}首次公布各{dimension}{measure}数据，不同{dimension}之间的差距超出多数居民的预期",
        "{year}年{place}抽样调查显示：{measure}在不同{dimension}之间存在明显差别，原因仍待研究",
    ),
    subtitles=("单位：{told}", "{place}，{told}", "（{told}）", "{year}年，{told}"),
    notes=(
        "数据来源：{place}统计局",
        "资料来源：{place}住户调查第{wave}轮",
        "注：数据经四舍五入。来源：{place}商会",
        "来源：{place}区域研究院，{year}年",
    ),
    months=tuple(f"{month}月" for month in range(1, 13)),
    year_label="{}年",
    quarter_label="{year}Q{quarter}",
    axis_titles={"year": "年份", "month": "月份", "quarter": "季度"},
)
