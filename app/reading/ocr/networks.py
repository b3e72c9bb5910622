"""Where the networks of RapidOCR lie: inside its wheel, so that nothing is ever downloaded."""

import importlib.util
from functools import lru_cache
from pathlib import Path

_DETECTOR = "*_det_*.onnx"
_RECOGNISER = "*_rec_*.onnx"


@lru_cache(maxsize=1)
def networks() -> tuple[Path, Path] | None:
    """The files of the networks that find and that read print; RapidOCR is looked up, not imported."""
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "models"
    detectors, recognisers = sorted(folder.glob(_DETECTOR)), sorted(folder.glob(_RECOGNISER))
    return (detectors[0], recognisers[0]) if detectors and recognisers else None


def available() -> bool:
    """Whether the extra `ocr` is installed: the runtime, and the networks."""
    return importlib.util.find_spec("onnxruntime") is not None and networks() is not None
