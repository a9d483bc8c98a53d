"""What the evaluation page, the account of a search and the first steps say, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

EVALUATION_WORDS: Mapping[str, tuple[str, str]] = {
    "evaluation": ("Evaluation", "评测"),
    "no runs": (
        "There are no evaluation runs in the folder {folder} yet. This makes one:",
        "文件夹 {folder} 中还没有评测结果。用以下命令生成：",
    ),
    "run": ("run", "评测"),
    "runs to show": ("Runs to look at: one, or two to compare", "选择要查看的评测：一个查看，两个比较"),
    "run state": ("state", "状态"),
    "run scored": ("scored", "已评分"),
    "run open": ("not finished", "未完成"),
    "run damaged": ("cannot be read: {reason}", "无法读取：{reason}"),
    "run at": ("finished", "完成时间"),
    "dataset": ("data set", "数据集"),
    "questions": ("questions", "问题数"),
    "download report": ("Download the report (HTML)", "下载报告（HTML）"),
    "computing": ("Computing…", "正在计算…"),
    "interval": ("95 % interval: {interval}, {note}", "95% 区间：{interval}，{note}"),
    "worst questions": ("The worst questions by {metric}", "按 {metric} 最差的问题"),
    "all questions": ("All questions", "所有问题"),
    "reference": ("reference", "参考答案"),
    "lost most": ("lost most in", "主要损失于"),
    "found sources": ("found", "检索到"),
    "swap": ("Swap A and B", "交换 A 与 B"),
    "compared": ("B, {b}, against A, {a}", "B（{b}）对比 A（{a}）"),
    "no common metrics": ("The runs have no metric in common.", "两次评测没有共同的指标。"),
    "metric": ("metric", "指标"),
    "difference": ("B − A", "B − A"),
    "better": ("better", "更好"),
    "worse": ("worse", "更差"),
    "undecided": ("no certain difference", "差异不显著"),
    "verdict": ("verdict", "结论"),
    "how compared": (
        "Intervals are paired bootstrap; p is of the paired randomisation test, corrected by Holm over these metrics.",
        "区间为配对自助法；p 值来自配对随机化检验，并按 Holm 法对这些指标校正。",
    ),
    "what differs": ("What was set differently", "设置差异"),
    "nothing differs": ("Nothing that is recorded.", "没有记录到差异。"),
    "regressions": ("Worst regressions in {metric}", "{metric} 下降最多的问题"),
    "channels": ("channel", "检索通道"),
    "found nodes": ("found", "命中数"),
    "milliseconds": ("ms", "毫秒"),
    "searched for": ("Searched for", "检索内容"),
    "its tokens": ("Words", "词"),
    "insists on": ("Insists on", "必须包含"),
    "narrowed to": ("Narrowed to documents: ", "限定文档："),
    "candidates": (
        "{candidates} candidates after fusion, of which {reranked} were ranked again by {reranker}",
        "融合后 {candidates} 个候选，其中 {reranked} 个由 {reranker} 重排",
    ),
    "stage scores": (
        "Each piece of evidence with its rank and score in every channel and stage",
        "每条依据在各通道和阶段的排名与得分",
    ),
    "stage times": ("Time of each stage", "各阶段用时"),
    "reading evidence": ("{count} pieces of evidence found, writing…", "已找到 {count} 条依据，正在生成…"),
    "indexing now": ("Indexing {name}: {done} of {total}", "正在索引 {name}：{done} / {total}"),
    "welcome": (
        "Welcome. A collection holds the documents that you ask. Begin with the demo, or make one of your own.",
        "欢迎。文档库存放供您提问的文档。可以先打开示例，或新建自己的文档库。",
    ),
    "demo into this": ("Add the demo documents", "添加示例文档"),
    "left over": (
        "{count} uploaded files have not been read yet: the server was stopped while it read them.",
        "有 {count} 个已上传的文件尚未读取：读取过程中服务器停止了。",
    ),
    "go on": ("Go on", "继续"),
    "for example": ("You could ask:", "可以这样提问："),
    "demo is coming": (
        "The demo documents are being read; ask as soon as the first are in, for example: {question}",
        "正在读取示例文档，读入后即可提问，例如：{question}",
    ),
}
