"""What the settings page and the login say, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

SETTINGS_WORDS: Mapping[str, tuple[str, str]] = {
    "settings of presets": ("Preset", "预设"),
    "settings of answers": ("Answers", "回答"),
    "settings of search": ("Search", "检索"),
    "settings of encoding": ("Encoding", "编码"),
    "preset": ("What everything starts from", "整体配置的基础"),
    "preset=offline": ("offline: on this machine alone, no GPU", "offline：仅用本机，无需 GPU"),
    "preset=gpu": ("gpu: larger models, a language model served by vLLM", "gpu：更大的模型，由 vLLM 提供语言模型"),
    "decoder.kind": ("What writes the answers", "回答方式"),
    "decoder.kind=extractive": ("extractive: quotations from the documents", "extractive：摘录文档原文"),
    "decoder.kind=vllm": ("vllm: a language model at a server", "vllm：服务器上的语言模型"),
    "decoder.base_url": ("Address of the server", "服务器地址"),
    "decoder.model": ("Model, by its name at the server", "模型在服务器上的名称"),
    "decoder.api_key": ("Key for the server", "服务器密钥"),
    "decoder.on_decoder_error": ("When the model fails", "模型出错时"),
    "decoder.on_decoder_error=fail": ("say so", "提示错误"),
    "decoder.on_decoder_error=extractive": ("answer by quotations, and say so", "改用摘录回答并说明"),
    "decoder.max_tokens": ("Longest answer, in tokens", "回答的最大长度（词元）"),
    "answer.policy": ("Statements that fail their check", "未通过核查的陈述"),
    "answer.policy=annotate": ("are shown with their verdict", "显示并标注核查结果"),
    "answer.policy=strict": ("are left out", "不显示"),
    "answer.evidence": ("Pieces of evidence for an answer", "每个回答使用的依据数量"),
    "retrieval.coarse_depth": ("Candidates of each channel", "每个检索通道的候选数量"),
    "retrieval.fine_depth": ("Candidates that are ranked again", "重排的候选数量"),
    "retrieval.reranker": ("What ranks them again", "重排方法"),
    "retrieval.reranker=auto": ("auto: the best that is here", "auto：可用的最佳方法"),
    "retrieval.reranker=alignment": ("alignment: region alignment", "alignment：区域对齐"),
    "retrieval.reranker=tokens": ("tokens: token vectors of the text model", "tokens：文本模型的词元向量"),
    "retrieval.reranker=cross-encoder": ("cross-encoder: a model on this machine", "cross-encoder：本机模型"),
    "retrieval.reranker=served": ("served: a model at a server", "served：服务器上的模型"),
    "encoder.text_model": ("Text model", "文本模型"),
    "encoder.image_model": ("Image model (empty: none)", "图像模型（空：不使用）"),
    "chunk.target_tokens": ("Length of passages, in tokens", "段落长度（词元）"),
    "encoding is work": (
        "A change here needs all documents to be encoded or read again; you are told before it happens.",
        "更改这些设置需要重新编码或读取所有文档，执行前会先提示。",
    ),
    "set by environment": (
        "An environment variable sets this; it cannot be changed here.",
        "此项由环境变量设定，无法在此更改。",
    ),
    "secret is set": ("is set, and not shown", "已设置，不显示"),
    "secret is not set": ("is not set", "未设置"),
    "test connection": ("Test the connection", "测试连接"),
    "testing": ("Asking the server…", "正在询问服务器…"),
    "server answers": ("The server answers. It has: {models}", "服务器有响应，可用模型：{models}"),
    "model not served": (
        "The model named above is not among them.",
        "上面填写的模型不在其中。",
    ),
    "save settings": ("Save", "保存"),
    "settings changed": ("Changed, and kept in {path}", "已更改，并保存到 {path}"),
    "settings fixed": (
        "The settings cannot be changed here: `ui.change_settings` is off.",
        "此处无法更改设置：`ui.change_settings` 已关闭。",
    ),
    "nothing changed": ("Nothing was changed.", "没有更改。"),
    "would encode again": (
        "The {count} pieces of the collection {name} have to be encoded again; until then it cannot be searched.",
        "文档库 {name} 的 {count} 个片段需要重新编码，在此之前无法检索。",
    ),
    "would download": (
        "The model is not on this machine. It will be downloaded from the network when it is first used.",
        "此模型不在本机，首次使用时将从网络下载。",
    ),
    "would cut anew": (
        "Passages of documents that are indexed already stay as they are until these are read again.",
        "已索引文档的段落保持不变，重新读取后才会更新。",
    ),
    "change anyway": ("Change it", "确认更改"),
    "leave settings": ("Leave it as it is", "保持不变"),
    "theme where": (
        "Light or dark: in the menu at the top right (⋮).",
        "浅色或深色主题：在右上角菜单（⋮）中选择。",
    ),
    "too many attempts": (
        "Too many wrong passwords. Try again in {seconds} s.",
        "密码错误次数过多，请在 {seconds} 秒后重试。",
    ),
    "not allowed": (
        "{email} may not use this. Ask whoever runs it to add you to `ui.allowed_emails`.",
        "{email} 无权使用。请联系管理员将其加入 `ui.allowed_emails`。",
    ),
    "log in with": ("Log in with your account", "使用账号登录"),
}
