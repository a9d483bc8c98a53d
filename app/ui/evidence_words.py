"""What the interface says about answers, documents and charts, in English and Chinese: a part of `words`."""

from __future__ import annotations

from collections.abc import Mapping

EVIDENCE_WORDS: Mapping[str, tuple[str, str]] = {
    "corrected": ("corrected by hand", "人工更正"),
    "corrected by hand": ("✎ corrected by hand", "✎ 已人工更正"),
    "charts found": ("{count} charts", "共 {count} 张图表"),
    "original chart": ("As in the document", "文档中的原图"),
    "correct": ("Correct the reading", "更正读取结果"),
    "uncorrect": ("Back to what was read", "恢复自动读取结果"),
    "how to correct": (
        "Change values, add or delete rows. The correction is kept for this picture, and answers and checks use it.",
        "可修改数值、添加或删除行。更正按图片保存，重新读取后仍然有效，并用于回答和核查。",
    ),
    "unit": ("unit", "单位"),
    "keep correction": ("Keep the correction", "保存更正"),
    "filter": ("Filter", "筛选"),
    "only named": ("Whose name contains", "文件名包含"),
    "only documents": ("These documents", "指定文档"),
    "only metadata": ("With metadata", "元数据"),
    "filtered": (
        "Only part of the documents is searched (see the filter in the sidebar).",
        "仅检索部分文档（见侧栏筛选）。",
    ),
    "page number": ("page, of {last}", "页码（共 {last} 页）"),
    "metadata": ("metadata", "元数据"),
    "metadata example": ("department = sales, year = 2024", "部门 = 销售, 年份 = 2024"),
    "would replace": (
        "Here already, with other content ({count}): {names}",
        "已有 {count} 个同名文件，但内容不同：{names}",
    ),
    "same name": ("Files of the same name", "同名文件"),
    "replace": ("take the place of the older ones", "替换旧文件"),
    "keep both": ("keep both, the new ones with a number", "两者都保留，新文件加编号"),
    "kept renamed": ("Kept under another name: {names}", "已改名保存：{names}"),
    "and more": ("and {count} more", "等，另有 {count} 个"),
    "run goes on": (
        "A run of indexing goes on here: wait for its end, or cancel it.",
        "正在索引，请等待完成或先取消。",
    ),
    "none admitted": ("No document meets the filter.", "没有符合筛选条件的文档。"),
    "pick documents": (
        "Pick documents in the list to preview, read again or delete them.",
        "在列表中选择文档，即可预览、重新读取或删除。",
    ),
    "more wrong": ("and {count} more: see the ledger below.", "另有 {count} 个，见下方记录。"),
    "note to file": ("note", "备注"),
    "figure": ("figure", "图"),
    "status indexed": ("indexed", "已索引"),
    "status deleted": ("deleted", "已删除"),
    "question": ("question", "问题"),
    "answer": ("answer", "回答"),
    "no feedback": (
        "Nobody has judged an answer yet: use the thumbs below an answer.",
        "还没有评价：请使用回答下方的拇指按钮。",
    ),
    "feedback as set": (
        "As an evaluation set, good answers are references and what they cite is relevant: look it over before use.",
        "导出为评测集时，好评回答作为参考答案，其引用视为相关依据；使用前请人工核对。",
    ),
    "only wrong": ("Only what could not be read", "仅显示无法读取的"),
    "when": ("when", "时间"),
    "waiting": ("…", "…"),
    "encoding": ("encoding", "编码中"),
    "status added": ("added", "已新增"),
    "status updated": ("updated", "已更新"),
    "status unchanged": ("unchanged", "未变化"),
    "status skipped": ("skipped", "已跳过"),
    "status failed": ("could not be read", "无法读取"),
    "sure": ("Yes, delete it", "确认删除"),
    "rename": ("Rename", "重命名"),
    "more conversations": ("Show all {count}", "显示全部 {count} 个"),
    "working": ("Working…", "处理中…"),
}
