"""Words that say nothing about what a question asks for. They are indexed, and left out of questions only."""

from __future__ import annotations

_ENGLISH = """
a about after again all also am an and any are as at be because been before being both but by can could did do does
doing each for from further had has have having he her here hers him his how i if in into is it its itself just me
more most my of on only or other our ours over own please same she should so some such tell than that the their
theirs them then there these they this those through to too under until up very was we were what when where which
while who whom whose why will with would you your yours
"""

_CHINESE = """
的 了 是 在 和 与 及 或 有 被 把 对 为 从 到 于 之 其 这 那 哪 吗 呢 吧 啊 请 个 也 都 就 而 并 将 什么 怎么 怎样 如何
哪些 哪个 哪里 为什么 多少 是否 可以 以及 一个 这个 那个 这些 那些 我们 你们 他们
"""

STOP_WORDS = frozenset(_ENGLISH.split()) | frozenset(_CHINESE.split())
"""English and Chinese function words as written, before stemming. "us" is none: it is also the United States."""
