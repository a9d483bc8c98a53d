"""openpyxl, opened so that it reads as a stream and fast."""

from __future__ import annotations

import io
import os
import sys
import warnings
from importlib import import_module
from typing import Any

from .office_package import OfficePackage
from .office_repair import rewritten

_PLAIN_STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts><font/></fonts>'
    b"<fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/></cellXfs>"
    b"</styleSheet>"
)
_STYLES = "xl/styles.xml"
_SLOW_PARSER = "OPENPYXL_DEFUSEDXML"


def open_workbook(data: bytes) -> Any:  # noqa: ANN401 - openpyxl has no types
    """The workbook in `data` for reading rows one by one, with the stored results of formulas.

    The parts must have been checked for document types before (`open_package`): openpyxl is made to take Python's own
    parser in C instead of defusedxml's, which does the same check and is four times slower.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of parts that it leaves out, such as drawings
        return _openpyxl().load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)


def open_without_styles(package: OfficePackage) -> Any:  # noqa: ANN401
    """The workbook of `package` with all numbers in the format General: openpyxl reads no style sheet with an error in
    it, were it a colour, while office programs make do.
    """
    return open_workbook(rewritten(package, {_STYLES: _PLAIN_STYLES}))


def _openpyxl() -> Any:  # noqa: ANN401
    if "openpyxl" in sys.modules:
        return sys.modules["openpyxl"]
    before = os.environ.get(_SLOW_PARSER)
    os.environ[_SLOW_PARSER] = "False"  # counts at the first import only
    try:
        return import_module("openpyxl")
    finally:
        del os.environ[_SLOW_PARSER]
        if before is not None:
            os.environ[_SLOW_PARSER] = before
