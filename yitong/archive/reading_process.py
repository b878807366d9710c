"""The process that reads pictures: ``python -m yitong.archive.reading_process``.

JSON lines: each line in is ``{"id": …, "paper": "id_card", "content": "<base64>"}``, each line out ``{"id": …}`` with ``lines``,
``fields``, ``seals``, ``size``, ``turned``, ``paper`` (what it looks like) and ``seconds``, or with ``problem``. It is started on
demand by ``reading``, ends after a minute without work, and may take at most ``MEMORY`` of address space: a picture made to
exhaust memory ends this process and no other.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import select
import sys
import time
from dataclasses import asdict
from typing import Any, TextIO

MEMORY = 3 << 30
"""Bytes of address space; resident some 450 MB (measured). Threads and mapped models take address space without using it."""
IDLE = 60.0
"""Seconds without work after which it ends and gives its memory back."""


def main() -> None:
    """Answer line by line until nobody asks any more."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ValueError, OSError):
        pass  # macOS knows the limit and does not take it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    # Libraries print; only answers may stand on the stream that is read.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while line := _next(sys.stdin):
        answers.write(json.dumps(_answer(line), ensure_ascii=False) + "\n")
        answers.flush()


def _next(stream: TextIO) -> str:
    """The next line; empty at the end of the stream and after IDLE seconds."""
    ready, _, _ = select.select([stream], [], [], IDLE)
    return stream.readline() if ready else ""


def _answer(line: str) -> dict[str, Any]:
    asked = json.loads(line)
    begun = time.monotonic()
    try:
        found = look(base64.b64decode(asked["content"]), asked["paper"])
    except MemoryError:
        return {"id": asked["id"], "problem": "too_large"}
    # A damaged picture makes any decoder fail in ways of its own; the owner is told, and the process goes on.
    except Exception as error:
        return {"id": asked["id"], "problem": "unreadable", "detail": f"{type(error).__name__}: {error}"[:300]}
    return {"id": asked["id"], **found, "seconds": round(time.monotonic() - begun, 2)}


def look(content: bytes, paper: str) -> dict[str, Any]:
    """Everything that can be read of an upload, as plain data. Of several pages the fields of all are taken together."""
    from yitong.archive.rules.extraction import guess, read_fields
    from yitong.archive.rules.lines import Line
    from yitong.archive.vision import engine, seals
    from yitong.archive.vision.pages import opened

    pages = opened(content)
    if not pages.pictures:
        lines = [Line(text, 0.0, 40.0 * number, 20.0 * len(text), 24.0, 1.0) for number, text in enumerate(pages.text)]
        return _found(paper or guess(lines), lines, [], [0, 0], 0, pages.left_out, "pdf_text", read_fields)
    import numpy as np

    lines, found_seals, down, turned, size = [], [], 0.0, 0, [0, 0]
    for number, page in enumerate(pages.pictures):
        read, _, degrees = engine.read(page.pixels)
        upright = np.ascontiguousarray(np.rot90(page.pixels, degrees // 90))
        stamps = seals.find(upright, _strip_reader)
        lines += [Line(line.text, line.x, line.y + down, line.width, line.height, line.score) for line in read]
        found_seals += [asdict(seal) | {"page": number} for seal in stamps]
        if number == 0:
            turned, size = degrees, [upright.shape[1], upright.shape[0]]
        down += upright.shape[0] * 1.5
    return _found(paper or guess(lines), lines, found_seals, size, turned, pages.left_out, "picture", read_fields)


def _strip_reader(strip: Any) -> list[tuple[str, float]]:
    from yitong.archive.vision.engine import engine

    found = engine()(strip)
    return list(zip(found.txts or (), found.scores or (), strict=True))


def _found(
    paper: str,
    lines: list[Any],
    seals: list[Any],
    size: list[int],
    turned: int,
    left_out: int,
    source: str,
    extract: Any,
) -> dict[str, Any]:
    return {
        "paper": paper,
        "lines": [asdict(line) for line in lines],
        "fields": [asdict(field) for field in extract(paper, lines)],
        "seals": seals,
        "size": size,
        "turned": turned,
        "left_out": left_out,
        "source": source,
    }


if __name__ == "__main__":
    main()
