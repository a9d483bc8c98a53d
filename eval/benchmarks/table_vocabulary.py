"""The words that the tables of the benchmark are made of: a harbour's, made up."""

from __future__ import annotations

ITEMS = (
    "Harbour dues",
    "Cargo handled",
    "Pilot services",
    "Warehouse rent",
    "Ferry tickets",
    "Dredging works",
    "Crane hire",
    "Bunker fuel",
    "Quay repairs",
    "Customs fees",
    "Rail freight",
    "Cold storage",
    "Towage",
    "Staff training",
    "Insurance",
    "Lighthouse upkeep",
    "Container moves",
    "Bulk grain",
    "Timber exports",
    "Fish landings",
    "Cruise calls",
    "Office costs",
    "Interest received",
    "Marina berths",
    "Waste removal",
    "Water supply",
)
PLACES = ("Northport", "Easthaven", "Lakeside", "Old Quay", "Southbay", "Westmole", "Riverton", "Capeside")
PEOPLE = ("Ann Lee", "Bo Chen", "Cy Ward", "Dora Quist", "Emil Roth", "Fay Moon", "Gus Hale", "Ida Vance")
REMARKS = (
    "open since the spring after a long refit of the gates",
    "let to a shipping agent",
    "closed for dredging until the northern basin has been cleared",
    "under review",
    "rebuilt by the authority with a second crane and a wider road",
    "in use",
    "reserved for ferries and for the pilots of the outer harbour",
)
MEASURES = ("Volume", "Share of total", "Change", "Average price", "Number of calls", "Capacity", "Forecast")
GROUPS = ("Three months ended June 30,", "Six months ended June 30,", "Imports", "Exports", "Actual", "Budget")
HEADINGS = ("Operating income:", "Operating expenses:", "Current assets:", "Fees by service:", "Other items:")
CHINESE_ITEMS = (
    "港口使费",
    "货物装卸",
    "引航服务",
    "仓库租金",
    "轮渡客票",
    "航道疏浚",
    "码头维修",
    "铁路货运",
    "冷藏服务",
    "职工培训",
    "保险费",
    "利息收入",
    "集装箱吞吐量",
    "其他业务收入",
)
CHINESE_COLUMNS = ("本期金额", "上期金额", "同比变动", "占比", "期末余额", "期初余额")
NOTES = (
    "(1) Restated for the sale of the ferry terminal.",
    "* Preliminary figures of the harbour office.",
    "Note: Totals may not add up because of rounding.",
    "Source: Counts of the harbour authority.",
)
CHINESE_NOTES = ("注：上期数据已按新准则重述。", "资料来源：港务局统计。")
