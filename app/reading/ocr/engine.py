"""The engine: RapidOCR's two networks (where print stands, what it says), run one thread at a time.

The networks lie inside RapidOCR's wheel as files, so nothing is ever downloaded. They are run straight through
onnxruntime: that gives the place and the probability of every letter, which a purchase's figures need, and spares
each short-lived reading process the wrapper's imports.
"""

import importlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from app.reading.ocr.networks import available, networks

#: A picture or a map of numbers.
Array = np.ndarray[Any, np.dtype[Any]]

_HEIGHT = 48
# Strips are read a little wider than they are: small print else loses one of two like letters.
_WIDER = 1.2
_BATCH_WIDTH = 2600
# Strips of a batch are padded to the widest: what is padded is computed in vain.
_LIKE = 1.06
_LEAST_STRIP = 48
_MOST_STRIP = 3200
_MEAN = 0.5
# Chinese, Japanese and Korean signs are never read: the documents are European, and 一 is a dash there.
_LAST_WESTERN = 0x2C00
# An alternative less likely than this is not kept.
_LEAST_ALTERNATIVE = 0.002
_BLANK = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as read: its place in the strip (a share of the width), probability, and what else it may be."""

    text: str
    at: float
    score: float
    others: tuple[tuple[str, float], ...] = ()


class MissingEngineError(RuntimeError):
    """The extra `ocr` is not installed."""


@lru_cache(maxsize=1)
def engine() -> "Engine":
    """The engine of this process, loaded on first use: after the fork, so that no session crosses one.

    Raises:
        MissingEngineError: the extra is not installed.
    """
    files = networks()
    if files is None or not available():
        raise MissingEngineError
    return Engine(*files)


class Engine:
    """Both networks, ready to run."""

    def __init__(self, detector: Path, recogniser: Path) -> None:
        self._detector = _session(detector)
        self._recogniser = _session(recogniser)
        words = self._recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
        letters = ["", *words, " "]
        western = [at for at, letter in enumerate(letters) if all(ord(sign) < _LAST_WESTERN for sign in letter)]
        self._western = np.array(western)
        self._letters = [letters[at] for at in western]

    def print_map(self, picture: Array) -> Array:
        """For each pixel of the grey picture how likely it lies in a line of print; sides are multiples of 32."""
        scaled = (picture.astype(np.float32) / 255 - _MEAN) / _MEAN
        found = self._detector.run(None, {"x": np.broadcast_to(scaled, (1, 3, *scaled.shape)).copy()})
        answer: Array = found[0][0, 0]
        return answer

    def read(self, strips: list[Image.Image]) -> list[list[Letter]]:
        """The letters of each strip: a grey picture of one line of print."""
        fitted = [_fitted(strip) for strip in strips]
        out: list[list[Letter]] = [[] for _ in strips]
        order = sorted(range(len(fitted)), key=lambda at: fitted[at].shape[1])
        for batch in _batches(order, [strip.shape[1] for strip in fitted]):
            width = max(fitted[at].shape[1] for at in batch)
            block = np.zeros((len(batch), 3, _HEIGHT, width), dtype=np.float32)
            for row, at in enumerate(batch):
                block[row, :, :, : fitted[at].shape[1]] = fitted[at]
            found = self._recogniser.run(None, {"x": block})[0]
            for row, at in enumerate(batch):
                chances = found[row][:, self._western]
                out[at] = self._letters_of(chances, fitted[at].shape[1] / width)
        return out

    def _letters_of(self, chances: Array, share: float) -> list[Letter]:
        """Letters from the chances at each step; repeated steps are one letter, as CTC has it."""
        best = chances.argmax(axis=1)
        steps = len(best)
        letters: list[Letter] = []
        start = 0
        while start < steps:
            stop = start + 1
            while stop < steps and best[stop] == best[start]:
                stop += 1
            if best[start] != _BLANK:
                top = start + int(chances[start:stop, best[start]].argmax())
                at = min(((start + stop) / 2) / (steps * share), 1.0)
                letters.append(
                    Letter(
                        self._letters[best[start]],
                        at,
                        float(chances[top, best[start]]),
                        self._others(chances[top], int(best[start])),
                    )
                )
            start = stop
        return letters

    def _others(self, chances: Array, best: int) -> tuple[tuple[str, float], ...]:
        order = np.argsort(chances)[-4:][::-1]
        return tuple(
            (self._letters[at], float(chances[at])) for at in order if at != best and chances[at] >= _LEAST_ALTERNATIVE
        )


def _session(path: Path) -> Any:
    """A network that runs in the calling thread, without a memory pool that outgrows the process's limit."""
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return runtime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])


def _fitted(strip: Image.Image) -> Array:
    """The strip at the height that the network reads, from -1 (black) to 1 (white)."""
    width = min(max(round(strip.width * _HEIGHT * _WIDER / max(strip.height, 1)), _LEAST_STRIP), _MOST_STRIP)
    grey = strip.resize((width, _HEIGHT), Image.Resampling.BILINEAR)
    return (np.asarray(grey, dtype=np.float32) / 255 - _MEAN) / _MEAN


def _batches(order: list[int], widths: list[int]) -> list[list[int]]:
    """Strips of like width together, as many as a batch may be wide."""
    out: list[list[int]] = []
    for at in order:
        if out and widths[at] * (len(out[-1]) + 1) <= _BATCH_WIDTH and widths[at] <= _LIKE * widths[out[-1][0]]:
            out[-1].append(at)
        else:
            out.append([at])
    return out
