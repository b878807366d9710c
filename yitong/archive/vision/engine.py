"""Text in a picture: rapidocr with the models that ship in its wheel. Nothing is fetched from a network."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np

from yitong.archive.rules.lines import Line

THREADS = 1
"""One core is enough for a picture a second, and leaves the others to the pages people wait for."""
SURE = 0.8
"""Below this mean confidence the picture probably lies on its side or its head."""


@cache
def engine() -> Any:
    """The reader, loaded once: 0.1 s and some 400 MB, 730 at the most. Refuses to start when a model is missing, rather than fetch it."""
    import rapidocr

    folder = Path(rapidocr.__file__).parent / "models"
    if len(list(folder.glob("*_det_*.onnx"))) < 1 or len(list(folder.glob("*_rec_*.onnx"))) < 1:
        raise FileNotFoundError(f"{folder} has no text models. Install the wheel of rapidocr again.")
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            # Looks for lines in at most this many points a side, and reads them from the picture itself, one at a time:
            # 720 MB at the most where the defaults take 990, and no field of the test set is read worse.
            "Det.limit_side_len": 1280,
            "Det.limit_type": "max",
            "Rec.rec_batch_num": 1,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def read(pixels: Any) -> tuple[list[Line], list[list[list[float]]], int]:
    """Lines (boxes straightened), their corners in the picture as turned, and by how many degrees it was turned.

    ``pixels``: RGB, rows × columns × 3. Turned only when it reads badly as it lies, then the best of four ways.
    """
    best: tuple[float, list[Line], list[list[list[float]]], int] | None = None
    for turns in (0, 1, 3, 2):
        lines, corners, sideways = _once(np.ascontiguousarray(np.rot90(pixels, turns)))
        score = _worth(lines, sideways)
        if best is None or score > best[0]:
            best = (score, lines, corners, 90 * turns)
        if lines and not sideways and fmean(line.score for line in lines) >= SURE:
            break
        if turns == 0 and not lines:
            break
    assert best is not None
    return best[1:]


def _worth(lines: list[Line], sideways: bool) -> float:
    if not lines:
        return 0.0
    return sum(line.score**2 * len(line.text) for line in lines) * (0.2 if sideways else 1.0)


def _once(pixels: Any) -> tuple[list[Line], list[list[list[float]]], bool]:
    found = engine()(pixels[:, :, ::-1])
    if found.boxes is None or found.txts is None:
        return [], [], False
    corners = [[[round(float(x), 1), round(float(y), 1)] for x, y in box] for box in found.boxes]
    angle = _slope(corners)
    lines = [_line(text, score, box, angle) for text, score, box in zip(found.txts, found.scores, corners, strict=True)]
    tall = sum(_tall(box) for box, text in zip(corners, found.txts, strict=True) if len(text) > 2)
    return lines, corners, tall * 2 > sum(len(text) > 2 for text in found.txts) > 0


def _tall(box: list[list[float]]) -> bool:
    return math.dist(box[0], box[3]) > 1.5 * math.dist(box[0], box[1])


def _slope(corners: list[list[list[float]]]) -> float:
    """By how much the writing climbs or falls, in radians: the median over lines long enough to tell."""
    long = [box for box in corners if math.dist(box[0], box[1]) > 3 * math.dist(box[0], box[3])]
    angles = [math.atan2(box[1][1] - box[0][1], box[1][0] - box[0][0]) for box in long]
    return median(angles) if angles else 0.0


def _line(text: str, score: float, box: list[list[float]], angle: float) -> Line:
    """The box as if the writing were level: its corners turned back about the picture's corner."""
    sine, cosine = math.sin(-angle), math.cos(-angle)
    xs = [x * cosine - y * sine for x, y in box]
    ys = [x * sine + y * cosine for x, y in box]
    return Line(text, min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys), float(score))
