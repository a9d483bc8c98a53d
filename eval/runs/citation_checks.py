"""Citation recall and precision by ALCE's definitions (Gao et al., EMNLP 2023), judged by Chartwell's checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...generation.citations import Statement, statements
from ...generation.grounding.rules import check
from ...retrieval.evidence import Evidence


def check_citations(text: str, evidence: Sequence[Evidence]) -> dict[str, Any]:
    """`{"statements", "supported", "citations", "needed"}`: counts over the statements of an answer.

    A statement is supported where all that it cites, taken together, bears it out. A citation is needed where its
    statement is supported and either it bears the statement out by itself, or the others do not without it.
    """
    supported = needed = cited = 0
    said = statements(text)
    for statement in said:
        numbers = [number for number in statement.citations if 1 <= number <= len(evidence)]
        cited += len(statement.citations)
        if not numbers or not _borne_out(statement, numbers, evidence):
            continue
        supported += 1
        needed += sum(_is_needed(statement, number, numbers, evidence) for number in numbers)
    return {"statements": len(said), "supported": supported, "citations": cited, "needed": needed}


def _is_needed(statement: Statement, number: int, numbers: Sequence[int], evidence: Sequence[Evidence]) -> bool:
    others = [other for other in numbers if other != number]
    return not others or _borne_out(statement, [number], evidence) or not _borne_out(statement, others, evidence)


def _borne_out(statement: Statement, numbers: Sequence[int], evidence: Sequence[Evidence]) -> bool:
    chosen = [evidence[number - 1] for number in numbers]
    marks = "".join(f" [{number}]" for number in range(1, len(chosen) + 1))
    claims = check(statement.text + marks, chosen)
    return bool(claims) and all(claim.verdict == "supported" for claim in claims)
