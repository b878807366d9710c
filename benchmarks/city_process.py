"""A city started as people start it, `yitong run`, in a data folder of its own; for benchmarks that look from outside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READY_SECONDS = 900
STOP_SECONDS = 60


class CityFailed(RuntimeError):
    """The launcher ended or did not become ready; the message has its last words."""


@dataclass
class City:
    """A running city. ``events``: what the launcher has said, one object a line, each with ``after`` in seconds."""

    process: subprocess.Popen[str]
    address: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)

    def wait_until_ready(self) -> float:
        """Seconds until the pages answer. CityFailed with the last lines when they never do."""
        begun = time.monotonic()
        tail: list[str] = []
        assert self.process.stdout is not None  # opened as a pipe
        for line in self.process.stdout:
            tail = [*tail[-15:], line.rstrip()]
            event = _event(line) | {"after": time.monotonic() - begun}
            self.events.append(event)
            if event["event"] == "ready":
                self.address = event["address"]
                return event["after"]
            if event["event"] == "failed" or event["after"] > READY_SECONDS:
                break
        raise CityFailed("the city did not start: " + " / ".join(tail[-4:]))

    def phases(self) -> list[tuple[str, float]]:
        """(phase, seconds) as the launcher measured them."""
        return [(each["name"], each["seconds"]) for each in self.events if each["event"] == "phase"]


def _event(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {"event": "text", "text": line.rstrip()}
    return found if isinstance(found, dict) and "event" in found else {"event": "text", "text": line.rstrip()}


@contextmanager
def data_folder() -> Iterator[Path]:
    """A folder for one city's data, which the database's own account can reach; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="yitong-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(command: Sequence[str], var: Path, cwd: Path) -> Iterator[City]:
    """Start ``command`` (which ends in ``yitong run --json``) with its data in ``var``; stopped as by Ctrl-C afterwards."""
    ours = ("YITONG_", "DJANGO_", "DATABASE_URL", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    process = subprocess.Popen(
        list(command),
        cwd=cwd,
        env=environment | {"YITONG_VAR": str(var), "YITONG_HTTPS": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield City(process)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    """Ctrl-C to the whole group it leads (make does not pass a signal on), then the hard way."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
