"""Photographs and scans: must open, must not be larger than memory allows."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from yitong.documents.inspection.suspicious import Suspicious
from yitong.kernel.reasons import N_

MOST_PIXELS = 60_000_000
"""A scan of A3 at 400 dots an inch has 31 million. Decoded, a pixel takes three or four bytes."""


def check(path: Path) -> None:
    """Suspicious when the picture is damaged or unfolds to more than MOST_PIXELS."""
    try:
        with warnings.catch_warnings():
            # The size is in the header; Pillow's own warning comes at another limit than ours.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("JPEG", "PNG")) as picture:
                width, height = picture.size
                if width * height > MOST_PIXELS or getattr(picture, "n_frames", 1) > 1:
                    raise Suspicious(
                        "image_too_large",
                        N_("The picture has %(width)s × %(height)s points. Scan it with at most 300 dots per inch."),
                        width=width,
                        height=height,
                    )
                picture.verify()
            _decode_if_jpeg(path)
    except Image.DecompressionBombError as error:
        message = N_("The picture unfolds to far more points than a scan has. Scan it with at most 300 dots per inch.")
        raise Suspicious("image_bomb", message) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, Suspicious):
            raise
        message = N_("The picture is damaged and cannot be opened. Save or photograph it again.")
        raise Suspicious("image_damaged", message) from error


def _decode_if_jpeg(path: Path) -> None:
    """PNG carries checksums, which verify() reads; a cut-off JPEG shows only when decoded, here at an eighth of its size."""
    with Image.open(path, formats=("JPEG", "PNG")) as picture:
        if picture.format == "JPEG":
            picture.draft("L", (max(1, picture.width // 8), max(1, picture.height // 8)))
            picture.load()
