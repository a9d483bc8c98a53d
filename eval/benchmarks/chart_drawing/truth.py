"""What a chart says, told by the one who drew or labelled it: a JSON line a chart.

`{"id", "chart_type", "title", "values": [{"series", "category", "number", "unit"}], "estimable"}`; drawn charts have
`data` and `axis` too where values can only be read off the axis, and `renderer`, `style` and `language`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ....indexing.documents import CHART_TYPES

DRAWN_TYPES = CHART_TYPES[: CHART_TYPES.index("table")]
"""The kinds that are drawn. Labelled real charts may also be a `table` or `other`."""


@dataclass(frozen=True, slots=True)
class TrueValue:
    """One value. `number` is the digits as printed: "$1.5bn" is 1.5 with the unit `$bn`."""

    series: str
    category: str
    number: float
    unit: str = ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """From its JSON form."""
        return cls(str(data["series"]), str(data["category"]), float(data["number"]), str(data.get("unit") or ""))

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"series": self.series, "category": self.category, "number": self.number, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class ChartTruth:
    """One chart. `values` are the printed ones; `data` those that can only be estimated, on an `axis` (low, high)."""

    id: str
    chart_type: str
    title: str
    values: tuple[TrueValue, ...] = ()
    data: tuple[TrueValue, ...] = ()
    axis: tuple[float, float] | None = None
    log_axis: bool = False
    renderer: str = ""
    style: str = ""
    language: str = ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """From its JSON form; raises KeyError or ValueError where a field is missing or no number."""
        axis = data.get("axis")
        return cls(
            id=str(data["id"]),
            chart_type=data["chart_type"],
            title=data["title"],
            values=tuple(map(TrueValue.from_dict, data["values"])),
            data=tuple(map(TrueValue.from_dict, data.get("data", ()))),
            axis=(float(axis[0]), float(axis[1])) if axis else None,
            log_axis=bool(data.get("log_axis")),
            renderer=data.get("renderer", ""),
            style=data.get("style", ""),
            language=data.get("language", ""),
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        result: dict[str, Any] = {
            "id": self.id,
            "chart_type": self.chart_type,
            "title": self.title,
            "values": [value.to_dict() for value in self.values],
            "estimable": bool(self.data),
        }
        if self.data and self.axis:
            result |= {"data": [value.to_dict() for value in self.data], "axis": list(self.axis)}
            result |= {"log_axis": self.log_axis}
        return result | {"renderer": self.renderer, "style": self.style, "language": self.language}


def read_truth(path: Path) -> list[ChartTruth]:
    """The charts of a JSON-lines file, in its order."""
    lines = path.read_text("utf-8").splitlines()
    return [ChartTruth.from_dict(json.loads(line)) for line in lines if line.strip()]


def write_truth(path: Path, truths: Iterable[ChartTruth]) -> None:
    """The inverse of `read_truth`."""
    lines = [json.dumps(truth.to_dict(), ensure_ascii=False) for truth in truths]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
