"""What the interface says, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from .evaluation_words import EVALUATION_WORDS
from .evidence_words import EVIDENCE_WORDS
from .settings_words import SETTINGS_WORDS

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}

_WORDS: Mapping[str, tuple[str, str]] = {
    **EVIDENCE_WORDS,
    "chat": ("Chat", "对话"),
    "documents": ("Documents", "文档"),
    "charts": ("Charts", "图表"),
    "settings": ("Settings", "设置"),
    "language": ("Language", "语言"),
    "collection": ("Collection", "文档库"),
    "new collection": ("New collection", "新建文档库"),
    "name": ("Name", "名称"),
    "create": ("Create", "创建"),
    "wrong name": (
        "A name has letters, digits, blanks, dots, dashes and underscores, and does not begin with a dot.",
        "名称只能包含字母、数字、空格、点、连字符和下划线，且不能以点开头。",
    ),
    "exists": ("There is one of this name.", "同名的文档库已存在。"),
    "open demo": ("Open the demo collection", "打开示例文档库"),
    "empty collection": (
        "This collection has no documents yet. Add some on the page *Documents*, or try the demo.",
        "此文档库还没有文档。请在“文档”页添加，或先试用示例。",
    ),
    "ask": ("Ask your documents", "向文档提问"),
    "new conversation": ("New conversation", "新对话"),
    "conversations": ("Conversations", "历史对话"),
    "delete conversation": ("Delete this conversation", "删除此对话"),
    "export": ("Export", "导出"),
    "export markdown": ("as Markdown", "导出为 Markdown"),
    "export json": ("as JSON", "导出为 JSON"),
    "searching": ("Searching…", "正在检索…"),
    "stop": ("Stop", "停止"),
    "stopped": ("Stopped before the end.", "已提前停止。"),
    "cut off": ("The answer was cut off: it grew longer than allowed.", "回答超出长度限制，已被截断。"),
    "withheld": ("{count} left out because it failed its check", "{count} 条未通过核查，已省略"),
    "again": ("Ask again", "重新提问"),
    "edit": ("Edit the question", "修改问题"),
    "send": ("Ask", "提问"),
    "copy": ("Copy with citations", "复制（含引用）"),
    "note": ("What is right or wrong about it?", "对或错在哪里？"),
    "keep": ("Keep", "保存"),
    "kept": ("Thank you, it is kept.", "谢谢，已保存。"),
    "not told": ("The documents do not tell. The closest evidence:", "文档中没有说明。最接近的内容："),
    "evidence": ("Evidence", "依据"),
    "page": ("page {page}", "第 {page} 页"),
    "charts page": ("Page", "页"),
    "download": ("Download the original", "下载原文件"),
    "original gone": ("The original is not there any more.", "原文件已不存在。"),
    "no picture": ("No picture: ", "无法显示图片："),
    "how found": ("How it was found", "检索过程"),
    "seconds": ("seconds", "秒"),
    "stage": ("stage", "阶段"),
    "score": ("score", "得分"),
    "supported": ("supported", "有依据"),
    "contradicted": ("contradicted", "与依据矛盾"),
    "not_found": ("not found in the evidence", "未在依据中找到"),
    "series": ("series", "系列"),
    "category": ("category", "类别"),
    "value": ("value", "数值"),
    "how": ("how", "读取方式"),
    "labelled": ("labelled", "标注值"),
    "estimated": ("estimated", "估计值"),
    "close": ("Close", "关闭"),
    "upload": ("Drop files here", "将文件拖到此处"),
    "whole folder": ("A whole folder with what is in it", "上传整个文件夹"),
    "index uploads": ("Index", "开始索引"),
    "indexing": ("Indexing {done} of {total}", "正在索引 {done} / {total}"),
    "time left": ("about {seconds} s left", "约剩 {seconds} 秒"),
    "cancel": ("Cancel", "取消"),
    "cancelled": ("Cancelled; what was done stays.", "已取消，已完成的部分保留。"),
    "indexed": ("{count} added or updated", "已新增或更新 {count} 个"),
    "not indexed": ("{count} could not be read", "{count} 个无法读取"),
    "reason": ("reason", "原因"),
    "status": ("status", "状态"),
    "source": ("source", "来源"),
    "title": ("title", "标题"),
    "type": ("type", "类型"),
    "pages": ("pages", "页数"),
    "nodes": ("pieces", "片段"),
    "delete": ("Delete", "删除"),
    "delete sure": ("Delete “{name}” from the collection?", "从文档库中删除“{name}”？"),
    "yes delete": ("Yes, delete", "确认删除"),
    "deleted": ("Deleted.", "已删除。"),
    "update": ("Read again", "重新读取"),
    "ledger": ("Ledger: what became of every file and figure", "记录：每个文件和图表的处理结果"),
    "no documents": ("There are no documents here yet.", "这里还没有文档。"),
    "no charts": ("No charts have been found in these documents.", "这些文档中没有找到图表。"),
    "find charts": ("Find charts", "查找图表"),
    "drawn again": ("Drawn again from what was read", "根据读取结果重绘"),
    "nothing read": ("No values were read from this chart.", "未从此图表读取到数值。"),
    "only kinds": ("Only kinds of evidence", "仅限依据类型"),
    "text": ("text", "文本"),
    "table": ("table", "表格"),
    "chart": ("chart", "图表"),
    "check": ("Check the installation", "检查安装"),
    "in force": ("Settings in force", "当前设置"),
    "where settings": (
        "They come from a preset, `chartwell.toml`, the environment and arguments; the README lists them.",
        "设置来自预设、`chartwell.toml`、环境变量和参数，详见 README。",
    ),
    "needs reindex": (
        "The vectors of this collection were made by another encoder. Encode its {count} pieces again?",
        "此文档库的向量由另一个编码器生成。是否重新编码 {count} 个片段？",
    ),
    "reindex": ("Encode again", "重新编码"),
    "password": ("Password", "密码"),
    "log in": ("Log in", "登录"),
    "logged in as": ("Logged in as {name}", "已登录：{name}"),
    "log out": ("Log out", "退出登录"),
    "wrong password": ("This is not the password.", "密码错误。"),
    "feedback": ("Feedback", "反馈"),
    "export feedback": ("Export as evaluation set ({count})", "导出为评测集（{count} 条）"),
    "choose": ("Choose", "请选择"),
    "picture of": ("Picture of {place}", "{place} 的图片"),
    **EVALUATION_WORDS,
    **SETTINGS_WORDS,
}

_NAMES: Mapping[str, str] = {
    "text_vectors": "文本向量",
    "image_vectors": "图像向量",
    "lexical": "关键词",
    "phrases": "短语",
    "fusion": "融合",
    "rerank": "重排",
    "alignment": "区域对齐",
    "region_alignment": "区域对齐",
    "token_interaction": "词元交互",
    "tokens": "词元向量",
    "cross-encoder": "交叉编码器",
    "signals": "年份与数字",
    "coarse": "粗检索",
    "decode": "生成回答",
    "year": "年份",
    "number": "数字",
    "phrase": "短语",
    "relevance": "相关性",
    "diversity": "多样性",
    "questions": "子问题",
    "check": "核查",
}


def name_of(known: str, language: str) -> str:
    """A channel, stage or kind of signal in Chinese words; else, and where there are none, by the name it has.

    That is the one which settings, the command line and the SDK give it.
    """
    return _NAMES.get(known, known) if language == "zh" else known


def word(key: str, language: str, **values: object) -> str:
    """The words for `key` in a language of `LANGUAGES`, with `values` put in."""
    said = _WORDS[key][1 if language == "zh" else 0]
    return said.format(**values) if values else said
