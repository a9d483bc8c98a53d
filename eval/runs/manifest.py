"""What a run is a run of: its data set, collection, settings, models and versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

from ...errors import NotARun
from .records import canonical
from .system import Description

FORMAT = 2
"""Version of the run folder's form."""
PACKAGES = (
    "numpy",
    "scipy",
    "torch",
    "transformers",
    "sentence-transformers",
    "open-clip-torch",
    "faiss-cpu",
    "faiss-gpu",
    "tantivy",
    "onnxruntime",
    "rapidocr",
    "rouge-score",
    "sacrebleu",
    "nltk",
    "bert-score",
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`dataset` has `path`, `sha256` and `items`; `options` what the run itself was told; `metrics` signatures by name.

    Two manifests are of one run where their `identity` is the same: paths, the number of items asked for, versions of
    packages and of metrics do not belong to it.
    """

    dataset: Mapping[str, Any]
    system: Description
    options: Mapping[str, Any]
    chartwell: str
    packages: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)
    machine: str = ""
    level: str = "document"
    limit: int | None = None

    @property
    def identity(self) -> dict[str, Any]:
        """What must be the same for results to stand side by side."""
        collection = {name: value for name, value in self.system.collection.items() if name != "path"}
        return {
            "data set": self.dataset["sha256"],
            "chartwell": self.chartwell,
            "collection": collection,
            "settings": self.system.settings,
            "models": self.system.models,
            "prompt": self.system.prompt,
            "options": self.options,
        }

    @property
    def settings_hash(self) -> str:
        """Sixteen hexadecimal digits over the identity: the key that every record carries."""
        return short_hash(self.identity)

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"format": FORMAT, "settings_hash": self.settings_hash, **asdict(self)}

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read `manifest.json`. Raises `NotARun`."""
        try:
            data = json.loads(path.read_text("utf-8"))
            written = data.pop("format")
            data.pop("settings_hash")
            manifest = cls(**{**data, "system": Description(**data["system"])})
            manifest.dataset["sha256"]
        except FileNotFoundError as error:
            raise NotARun(
                f"{path.parent} is no evaluation run: it has no manifest.json.", hint="Name a folder of `eval run`."
            ) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotARun(
                f"{path} is not the manifest of an evaluation run ({type(error).__name__}: {error}).",
                hint="Name a folder that `chartwell eval run` made.",
            ) from error
        if written != FORMAT:
            raise NotARun(f"{path} has the form {written!r}; this Chartwell reads {FORMAT}.", hint="Run it again.")
        return manifest


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What differs between two identities, or parts of them, one line each: `settings.retrieval.fusion: rrf, not …`."""
    before, after = dict(_flat(old)), dict(_flat(new))
    return [
        f"{name}: {_shown(before.get(name))}, now {_shown(after.get(name))}"
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def installed_packages() -> dict[str, str]:
    """The installed ones of `PACKAGES` with their versions."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def short_hash(data: Any) -> str:  # noqa: ANN401 - any JSON
    """Sixteen hexadecimal digits of the SHA-256 of data as JSON."""
    return hashlib.sha256(canonical(data).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _shown(value: object) -> str:
    text = "absent" if value is None else str(value) or "empty"
    return text if len(text) <= 80 else text[:77] + "…"
