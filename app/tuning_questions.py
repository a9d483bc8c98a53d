"""The questions of an evaluation set, as tuning learns from them."""

from __future__ import annotations

from pathlib import Path

from ..eval.datasets.item import Item
from ..eval.datasets.own import read_items
from ..retrieval.learning.questions import JudgedQuestion, Place
from ..retrieval.query import parse_query


def judged_questions(path: Path) -> list[JudgedQuestion]:
    """The questions of a file with something relevant; the others have nothing to learn from.

    Raises `InvalidDataset` naming file and line for what is not of the form.
    """
    judged = [JudgedQuestion(item.id, parse_query(item.question), _places(item)) for item in read_items(path)]
    return [question for question in judged if question.relevant]


def _places(item: Item) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(Place(one.source, one.page) for one in item.relevant if one.grade > 0))
