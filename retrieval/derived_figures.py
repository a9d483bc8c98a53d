"""Figures that reports seldom print and readers ask for: ratios, and the lines of the accounts that they come from.

"Is the gross margin improving?" is answered by the income statement, which says "gross profit" and "net sales" but
hardly ever "margin". The names below are those of any textbook of accounting, in English and Chinese.
Abbreviations that are words as well (`(?-i:ROE)`; herring roe) count in capitals only.
"""

from __future__ import annotations

import re

from ..indexing.search_form import search_form

_INCOME = "statements of income"
_BALANCE = "balance sheets"
_CASH = "statements of cash flows"

_FIGURES: tuple[tuple[str, str], ...] = (
    (r"gross (?:profit )?margins?|gross profitability", f"gross profit cost of sales net sales revenue {_INCOME}"),
    (r"operating (?:profit )?margins?|ebit margins?", f"operating income total revenue net sales {_INCOME}"),
    (r"(?:net|profit|net profit|net income) margins?", f"net income total revenue net sales {_INCOME}"),
    (
        r"ebitda(?: margins?)?",
        f"operating income depreciation and amortization interest expense income taxes net income {_INCOME}",
    ),
    (
        r"(?:quick|acid[- ]test) ratio",
        f"cash and cash equivalents receivables inventories total current assets total current liabilities {_BALANCE}",
    ),
    (
        r"current ratio|(?:net )?working capital(?: ratio)?|liquidity (?:profile|ratio|position)",
        f"total current assets total current liabilities {_BALANCE}",
    ),
    (r"cash ratio", f"cash and cash equivalents total current liabilities {_BALANCE}"),
    (
        r"debt[- ]to[- ](?:equity|capital|assets?)(?: ratio)?|leverage ratio|gearing ratio",
        f"long-term debt short-term debt total liabilities total shareholders equity {_BALANCE}",
    ),
    (r"interest cover(?:age)?(?: ratio)?|times interest earned", f"operating income EBIT interest expense {_INCOME}"),
    (
        r"free[- ]?cash[- ]?flows?|\bfcf\b",
        f"net cash provided by operating activities capital expenditures purchases of property and equipment {_CASH}",
    ),
    (r"cash[- ]?(?:flow )?conversion", f"net cash provided by operating activities net income {_CASH}"),
    (
        r"capex|capital (?:expenditures?|intensity|intensive)",
        f"capital expenditures purchases of property plant and equipment additions {_CASH}",
    ),
    (
        r"inventory turnover|days (?:of )?inventory|days sales (?:of|in) inventory|(?-i:DIO)",
        f"cost of sales cost of goods sold inventories {_BALANCE}",
    ),
    (r"days sales outstanding|receivables? turnover|(?-i:DSO)", f"net sales accounts receivable net {_BALANCE}"),
    (r"days payables? outstanding|payables? turnover|(?-i:DPO)", f"cost of sales accounts payable {_BALANCE}"),
    (r"asset turnover|fixed asset turnover", f"net sales revenue total assets property plant and equipment {_BALANCE}"),
    (r"return on (?:total )?assets|(?-i:ROA)", f"net income total assets {_BALANCE}"),
    (r"return on (?:shareholders'? )?equity|(?-i:ROE)", f"net income total shareholders equity {_BALANCE}"),
    (r"(?:dividend )?pay-?out ratio|retention ratio", f"dividends paid net income earnings per share {_CASH}"),
    (r"effective tax rate", f"income before income taxes provision for income taxes {_INCOME}"),
    (r"book value per share", f"total shareholders equity shares outstanding {_BALANCE}"),
    (r"毛利率", "毛利 营业收入 营业成本 利润表"),
    (r"营业利润率|经营利润率", "营业利润 营业收入 利润表"),
    (r"净利率|净利润率|销售净利率", "净利润 营业收入 利润表"),
    (r"速动比率", "货币资金 应收账款 存货 流动资产合计 流动负债合计 资产负债表"),
    (r"流动比率|营运资金", "流动资产合计 流动负债合计 资产负债表"),
    (r"资产负债率|杠杆率", "负债合计 资产总计 所有者权益合计 资产负债表"),
    (r"利息保障倍数", "利润总额 利息费用 利润表"),
    (r"自由现金流", "经营活动产生的现金流量净额 购建固定资产支付的现金 现金流量表"),
    (r"存货周转", "营业成本 存货 资产负债表"),
    (r"应收账款周转", "营业收入 应收账款 资产负债表"),
    (r"净资产收益率", "净利润 所有者权益合计 资产负债表"),
    (r"总资产收益率|资产回报率", "净利润 资产总计 资产负债表"),
    (r"股利支付率", "分配股利 净利润 现金流量表"),
)
_PATTERNS = tuple((re.compile(rf"(?<![a-z])(?:{names})(?![a-z])", re.IGNORECASE), lines) for names, lines in _FIGURES)


def lines_behind(question: str) -> str:
    """The lines of the accounts from which the figures that a question names are made; "" where it names none."""
    text = search_form(question)
    return " ".join(dict.fromkeys(lines for pattern, lines in _PATTERNS if pattern.search(text)))
