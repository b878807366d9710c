"""Ask the reading process: ``read(content, paper) -> Reading``.

One process for each process that asks, started when the first picture comes; the models never enter a web process. A picture
that takes longer than ``PATIENCE`` or ends the process is given up, and the next one meets a fresh process.
"""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from yitong.archive.rules.extraction import ReadField
from yitong.archive.rules.lines import Line

PATIENCE = 90.0
"""Seconds for one upload, the start of the process included. Four pages take 4 to 10."""


class CannotRead(Exception):
    """``code``: too_large, unreadable or stopped. The upload is kept; only nothing could be read from it."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(detail or code)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. ``paper``: the kind asked for, or the one it looks like; ``size``: width and height of the first page, as
    turned by ``turned`` degrees; ``left_out``: pages not looked at; ``source``: picture or pdf_text. Seals as in ``vision.seals``.
    """

    lines: tuple[Line, ...]
    fields: tuple[ReadField, ...]
    seals: tuple[dict[str, Any], ...] = ()
    paper: str = ""
    size: tuple[int, int] = (0, 0)
    turned: int = 0
    left_out: int = 0
    source: str = "picture"
    seconds: float = 0.0


@dataclass
class Reader:
    """The process at the other end of two pipes; used by one thread at a time."""

    process: subprocess.Popen[bytes] | None = None
    number: int = 0
    lock: Lock = field(default_factory=Lock)

    def ask(self, content: bytes, paper: str) -> dict[str, Any]:
        with self.lock:
            self.number += 1
            asked = {"id": self.number, "paper": paper, "content": base64.b64encode(content).decode()}
            line = json.dumps(asked).encode() + b"\n"
            answer = self._exchange(line)
            if not answer:
                # It may have ended for want of work just before: ask a fresh one, once.
                answer = self._exchange(line)
            if not answer:
                raise CannotRead("stopped", "the reading process ended over this picture")
            return dict(json.loads(answer))

    def stop(self) -> None:
        """End the process; harmless when there is none."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _exchange(self, line: bytes) -> bytes:
        """The answer, or nothing when the process ended."""
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
        except (BrokenPipeError, ValueError):
            self.stop()
            return b""
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
        if not ready:
            self.stop()
            raise CannotRead("stopped", f"no answer within {PATIENCE:.0f} seconds")
        answer = process.stdout.readline()
        if not answer:
            self.stop()
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.stop()
            # Without the settings' secrets: this process handles what strangers sent, and needs none of them.
            kept = {
                name: os.environ[name]
                for name in ("PATH", "LANG", "LC_ALL", "HOME", "VIRTUAL_ENV")
                if name in os.environ
            }
            self.process = subprocess.Popen(
                [sys.executable, "-m", "yitong.archive.reading_process"],
                env={**kept, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
                cwd=Path(__file__).resolve().parents[2],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self.process


_reader = Reader()


def read(content: bytes, paper: str = "") -> Reading:
    """Lines, fields and seals of a picture or PDF. ``paper``: a code of ``rules.papers``; empty: found out. Raises CannotRead."""
    answer = _reader.ask(content, paper)
    if "problem" in answer:
        raise CannotRead(str(answer["problem"]), str(answer.get("detail", "")))
    return Reading(
        lines=tuple(Line(**line) for line in answer["lines"]),
        fields=tuple(ReadField(**found) for found in answer["fields"]),
        seals=tuple(answer["seals"]),
        paper=str(answer["paper"]),
        size=(int(answer["size"][0]), int(answer["size"][1])),
        turned=int(answer["turned"]),
        left_out=int(answer["left_out"]),
        source=str(answer["source"]),
        seconds=float(answer["seconds"]),
    )


def stop() -> None:
    """End the reading process of this process, if it has one."""
    _reader.stop()
