"""Words for composed reports: titles and captions in English and Chinese, and how captions are numbered."""

from __future__ import annotations

import random
from dataclasses import dataclass

_MEASURES = (
    "Freight handled",
    "Visitors counted",
    "Net revenue",
    "Share of households",
    "Energy used",
    "Rainfall",
    "Exports of machinery",
    "Patients treated",
    "Average rent",
    "Orders received",
)
_SPLITS = ("by region", "by quarter", "by age group", "by product line", "by country of origin", "since 2015")
_QUALIFIERS = (
    "in thousand tonnes",
    "as a share of the total",
    "seasonally adjusted",
    "compared with the year before",
    "for the twelve months that ended in June and the same months of the year before",
    "(percent)",
    "among those who answered all questions of the survey in both years",
)
_CHINESE_MEASURES = ("货物吞吐量", "各地区营业收入", "居民消费支出", "能源消耗总量", "新增用户数", "平均租金水平")
_CHINESE_SPLITS = ("按季度统计", "按产品类别划分", "与上年同期相比", "单位为万吨", "占总额的百分比")
_CHINESE_PLACES = ("北部港区", "西部各省", "沿海城市", "中部地区", "两座新仓库", "东南航线", "内陆口岸", "三家子公司")
_CHINESE_VERBS = ("增长了", "下降了", "完成了计划的", "超过上年同期", "占全部数量的", "低于预期约")
_CHINESE_REASONS = (
    "受天气影响",
    "按照年初的计划",
    "与管理层的判断一致",
    "由于成本压力缓解",
    "在样本量不变的情况下",
    "据统计部门介绍",
)
_CATEGORIES = (
    ("North", "South", "East", "West", "Centre"),
    ("Q1", "Q2", "Q3", "Q4"),
    ("2018", "2019", "2020", "2021", "2022", "2023"),
    ("Machinery", "Chemicals", "Textiles", "Food", "Paper"),
    ("18-29", "30-49", "50-64", "65+"),
    ("Very satisfied", "Fairly satisfied", "Not too satisfied", "Not at all satisfied"),
)
_CHINESE_CATEGORIES = (("华北", "华南", "华东", "西部"), ("一季度", "二季度", "三季度", "四季度"))
_NUMBERINGS = (
    "Figure {}. ",
    "Figure {}: ",
    "Fig. {}: ",
    "Fig. {}. ",
    "Chart {}: ",
    "Chart {} ",
    "Exhibit {}. ",
    "FIGURE {} ",
    "Figure {} \u2013 ",
    "Figure 2.{} ",
    "Graph {}: ",
)
_CHINESE_NUMBERINGS = ("图 {} ", "图{}：", "图表 {}：", "图 2-{} ")


@dataclass(frozen=True, slots=True)
class Words:
    """Draws the words of one report, `chinese` or English, from a seeded source."""

    source: random.Random
    chinese: bool = False

    def title(self) -> str:
        """A chart's title."""
        if self.chinese:
            return self.source.choice(_CHINESE_MEASURES) + self.source.choice(_CHINESE_SPLITS)
        return f"{self.source.choice(_MEASURES)} {self.source.choice(_SPLITS)}"

    def caption(self) -> str:
        """What a caption says after its number."""
        if self.chinese:
            return self.title() + "，" + self.source.choice(_CHINESE_SPLITS)
        return f"{self.title()}, {self.source.choice(_QUALIFIERS)}"

    def numbering(self) -> str:
        """How this report numbers its captions, with `{}` for the number; now and then not at all."""
        if self.source.random() < 0.15:
            return ""
        return self.source.choice(_CHINESE_NUMBERINGS if self.chinese else _NUMBERINGS)

    def categories(self, least: int = 2) -> list[str]:
        """Names under the marks of a chart."""
        names = self.source.choice(_CHINESE_CATEGORIES if self.chinese else _CATEGORIES)
        return list(names[: self.source.randint(max(least, len(names) - 2), len(names))])

    def series(self, count: int) -> list[str]:
        """Names of `count` series."""
        names = _CHINESE_MEASURES if self.chinese else ("Plan", "Result", "Forecast", "Last year", "Peers")
        return self.source.sample(names, count)

    def numbers(self, count: int) -> list[float]:
        """Values between 5 and 95."""
        return [round(self.source.uniform(5, 95), 1) for _ in range(count)]

    def source_line(self) -> str:
        """Where a chart's data come from."""
        if self.chinese:
            return "资料来源：统计局，" + str(self.source.randint(2015, 2025)) + "年"
        name = self.source.choice(("Harbour authority", "national statistics office", "company data", "OECD"))
        return f"Source: {name}, {self.source.randint(2015, 2025)}."

    def chinese_paragraph(self) -> str:
        """Running text in Chinese."""
        choose, sentences = self.source.choice, []
        for _ in range(self.source.randint(3, 7)):
            what = choose(_CHINESE_PLACES) + choose(_CHINESE_MEASURES) + choose(_CHINESE_VERBS)
            number = self.source.randint(2, 98)
            sentences.append(f"{choose(_CHINESE_REASONS)}，{what}百分之{number}，{choose(_CHINESE_SPLITS)}。")
        return "".join(sentences)
