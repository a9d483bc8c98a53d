"""Where the OCR models are, and loading them: from RapidOCR's wheel or a folder given, never from the network."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ModelUnavailable

MODEL_FILES = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}


def model_paths(folder: Path | None = None) -> dict[str, Path]:
    """The model files by role (`Det`, `Rec`), by default those in RapidOCR's wheel.

    Raises `ModelUnavailable` if one is missing.
    """
    folder = folder or packaged_models()
    paths = {role: folder / name for role, name in MODEL_FILES.items()}
    for path in paths.values():
        if not path.is_file():
            raise ModelUnavailable(
                f"The OCR model {path.name} is not in {folder}.",
                hint="Reinstall RapidOCR from its wheel: pip install --force-reinstall 'rapidocr>=3.10'.",
            )
    return paths


def packaged_models() -> Path:
    """The folder of the models in RapidOCR's wheel, found without importing RapidOCR."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise ModelUnavailable("RapidOCR is not installed.", hint="Install it: pip install 'rapidocr>=3.10'.")
    return Path(spec.origin).parent / "models"


def load_rapidocr(params: dict[str, Any]) -> Any:  # noqa: ANN401 - RapidOCR has no types
    """RapidOCR with its models loaded. Raises `ModelUnavailable` if they do not load."""
    from rapidocr import RapidOCR

    try:
        engine = RapidOCR(params=params)
        # RapidOCR builds its models at the first picture; a damaged one shall be noticed here.
        engine(np.full((64, 64, 3), 255, np.uint8), use_det=True, use_cls=False, use_rec=False)
        engine.recognize_txt([np.full((48, 96, 3), 255, np.uint8)])
    except Exception as error:  # onnxruntime's errors share no base class; whichever it is, the models do not load
        raise ModelUnavailable(
            f"The OCR models in {Path(params['Det.model_path']).parent} do not load: {error}",
            hint="Reinstall RapidOCR and onnxruntime: pip install --force-reinstall 'rapidocr>=3.10' onnxruntime.",
        ) from error
    return engine
