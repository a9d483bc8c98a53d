"""Whether every node has the vectors that it must have, document by document, and the counts that tell of a loss.

The space "image" holds the nodes with a picture that were indexed while an image encoder was set; every other space
holds all nodes.
"""

from __future__ import annotations

from typing import NamedTuple

from .catalog import Catalog

IMAGE_SPACE = "image"

_UNCOVERED = f"""
SELECT source, space, stored, due FROM (
    SELECT d.source AS source, s.name AS space, coalesce(c.count, 0) AS counted,
        (SELECT count(*) FROM nodes AS n JOIN vectors AS v ON v.node_id = n.id
            WHERE n.document_id = d.id AND v.space_id = s.id) AS stored,
        CASE s.name WHEN '{IMAGE_SPACE}' THEN coalesce(c.count, 0)
            ELSE (SELECT count(*) FROM nodes AS n WHERE n.document_id = d.id) END AS due
    FROM documents AS d JOIN spaces AS s ON s.active
    LEFT JOIN coverage AS c ON c.document_id = d.id AND c.space_id = s.id
) WHERE stored != due OR counted != due ORDER BY source, space
"""  # noqa: S608 - our own constant

RECOUNT = (
    "DELETE FROM coverage",
    """INSERT INTO coverage SELECT n.document_id, v.space_id, count(*) FROM vectors AS v
    JOIN nodes AS n ON n.id = v.node_id JOIN spaces AS s ON s.id = v.space_id AND s.active
    GROUP BY n.document_id, v.space_id""",
)
"""Statements after which the counts are those of what is stored."""


class Uncovered(NamedTuple):
    """A document with `stored` vectors in a space where `due` are due, or whose count is wrong."""

    source: str
    space: str
    stored: int
    due: int

    def __str__(self) -> str:
        if self.stored == self.due:
            return f"{self.source}: the count of its vectors in the space {self.space!r} is wrong"
        return f"{self.source} has {self.stored} vectors in the space {self.space!r} instead of {self.due}"


def uncovered(catalog: Catalog) -> list[Uncovered]:
    """The documents that have lost vectors, or the count of them, in a space that serves."""
    return [Uncovered(*row) for row in catalog.rows(_UNCOVERED)]
