"""The packages that scoring needs, and how to get them."""

from __future__ import annotations

from importlib.util import find_spec

from ...errors import MissingDependency


def require(module: str) -> None:
    """Raise `MissingDependency` where a package of the extra `eval` is not installed."""
    if find_spec(module) is None:
        raise MissingDependency(
            f"Scoring needs the package {module}, which is not installed.", hint="pip install 'chartwell[eval]'"
        )
