"""Where the Chinese typeface for drawing the demo corpus lies.

Only the maker of the corpus needs it: the drawn files carry the glyphs they use.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from ...errors import MissingDependency

FONT_VARIABLE = "DEMO_CHINESE_FONT"
FAMILY = "WenQuanYi Micro Hei"
# One family, not any Chinese font: other outlines and widths would draw other files. It has TrueType outlines,
# which reportlab can embed (Noto's CJK fonts have PostScript outlines, which it cannot).
KNOWN_PATHS = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/wqy-microhei/wqy-microhei.ttc"),
)


def find_chinese_font() -> Path:
    """The font file: `DEMO_CHINESE_FONT` if set, else the known places, else what fontconfig says.

    Raises:
        MissingDependency: no such font is installed, or the variable names a file that does not exist.
    """
    named = os.environ.get(FONT_VARIABLE)
    candidates = [Path(named)] if named else [*KNOWN_PATHS, *_from_fontconfig()]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    looked_at = ", ".join(str(candidate) for candidate in candidates)
    raise MissingDependency(
        f"The font {FAMILY} for drawing the Chinese demo documents was not found (looked at: {looked_at}).",
        hint=f"Install it with `apt-get install fonts-wqy-microhei`, or set {FONT_VARIABLE} to its .ttc file.",
    )


def _from_fontconfig() -> list[Path]:
    """What `fc-list` knows under the family's name; empty where fontconfig is not installed."""
    program = shutil.which("fc-list")
    if program is None:
        return []
    listing = subprocess.run([program, FAMILY, "file"], capture_output=True, text=True, check=False, timeout=30)
    return sorted(Path(line.rstrip(": ")) for line in listing.stdout.splitlines() if line.strip())
