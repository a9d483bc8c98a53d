"""openpyxl, opened so that it reads as a stream and fast."""

from __future__ import annotations

import io
import os
import sys
import warnings
from importlib import import_module
from typing import Any

from .package import OfficePackage
from .repair import rewritten

_NO_PROPERTIES = {
    "docProps/core.xml": b'<coreProperties xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
_PLAIN_STYLES = {
    "xl/styles.xml": b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts><font/></fonts>'
    b"<fills><fill><patternFill/></fill></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    b"<cellXfs><xf/></cellXfs></styleSheet>"
}
_WITHOUT_STYLES = "Its styles are damaged: numbers and dates are shown without their formats."
_SLOW_PARSER = "OPENPYXL_DEFUSEDXML"


def open_workbook(data: bytes) -> Any:  # noqa: ANN401 - openpyxl has no types
    """The workbook in `data` for reading rows one by one, with the stored results of formulas.

    The parts must have been checked for document types before (`open_package`): openpyxl is made to take Python's own
    parser in C instead of defusedxml's, which does the same check and is four times slower.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of parts that it leaves out, such as drawings
        return _openpyxl().load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)


def open_in_spite(package: OfficePackage) -> tuple[Any, list[str]]:
    """The workbook of `package`, and warnings of what had to be left out for it.

    One error in a date of the properties or in a colour of the styles, and openpyxl reads nothing, while office
    programs make do: such parts are left out where it does not read the workbook with them.
    """
    try:
        return open_workbook(package.data), []
    except (TypeError, ValueError):
        pass
    try:
        return open_workbook(rewritten(package, _NO_PROPERTIES)), []
    except (TypeError, ValueError):
        return open_workbook(rewritten(package, _NO_PROPERTIES | _PLAIN_STYLES)), [_WITHOUT_STYLES]


def _openpyxl() -> Any:  # noqa: ANN401 - openpyxl has no types
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
