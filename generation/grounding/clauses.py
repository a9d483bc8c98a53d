"""A sentence as the clauses that each carry a statement of their own, English and Chinese.

A clause stands alone where it has a subject and a verb: "revenue rose 12 %, while costs fell 3 %" are two claims,
"revenue rose 12 %, to $3.1bn" is one.
"""

from __future__ import annotations

import re

_VERB = (
    r"(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should|do|does|did|says?|said|rose|fell|grew|gained"
    r"|lost|made|held|kept|saw|led|went|came|became|stood|took|remains?|rises?|falls?|grows?|shows?|accounts?|makes?"
    r"|expects?|reports?|[a-z]{3,}ed)"
)
_CONNECTIVE = re.compile(
    r"(?P<strong>;\s+|,?\s+(?:while|whereas|whilst)\s+|,\s+(?:but|yet|although|though)\s+)|(?P<weak>,\s+(?:and\s+)?)"
)
_STATEMENT = re.compile(rf"(?i)^(?:\W*(?!{_VERB}\b)[\w$€£%’'.,-]+\s+){{1,7}}?{_VERB}\b\s*\S")
_RELATIVE = re.compile(
    r"(?i)^(?:which|who|whose|where|that|as|with|according|including|followed|when|if|because|since)\b"
)
_HAN_CONNECTIVE = re.compile("；|，(?=而|但|其中|同时|此外|并且|然而|另外|相比之下)|(?P<weak>，)")
_HAN_VERB = "(?:为|是|达|占|高于|低于|增长|下降|上升|减少|增加|提高|降低|超过)"
_HAN_STATEMENT = re.compile(
    rf"^(?:而|但|其中|同时|此外|并且|然而|另外)?(?!同比|环比|累计|平均|共|约|因此|从而|以|使|可|并)[^，。；\d]{{2,14}}?{_HAN_VERB}.*\d"
)
_LEAST = 3
"""Words of the shortest clause that is taken apart."""


def clauses(sentence: str) -> list[str]:
    """The clauses of a sentence in order, each as it stands there; the sentence itself where it is but one."""
    chinese = re.search("[\u4e00-\u9fff]", sentence) is not None
    cuts = [0]
    for match in (_HAN_CONNECTIVE if chinese else _CONNECTIVE).finditer(sentence):
        left, right = sentence[cuts[-1] : match.start()], sentence[match.end() :]
        apart = _apart_chinese if chinese else _apart
        if apart(left, right, weak=match["weak"] is not None):
            cuts.append(match.end() if match["weak"] or match.group()[0] in ";；，" else match.start())
    ends = [*cuts[1:], len(sentence)]
    return [piece for start, end in zip(cuts, ends, strict=True) if (piece := _trimmed(sentence[start:end]))]


def _apart(left: str, right: str, *, weak: bool) -> bool:
    if _RELATIVE.match(left.strip()) or (weak and _RELATIVE.match(right)):
        return False
    if weak and not (re.search(r"\d", left) and re.search(r"\d", right)):
        return False
    return len(left.split()) >= _LEAST and bool(_STATEMENT.match(left.strip())) and bool(_STATEMENT.match(right))


def _apart_chinese(left: str, right: str, *, weak: bool) -> bool:
    if not weak:
        return len(left) > _LEAST and len(right) > _LEAST
    return re.search(rf"{_HAN_VERB}.*\d", left) is not None and _HAN_STATEMENT.match(right) is not None


def _trimmed(clause: str) -> str:
    return clause.strip().rstrip(",;，；").strip().removeprefix(",").strip()
