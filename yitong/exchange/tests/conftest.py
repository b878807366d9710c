"""The stand-in as a program of its own on a free port, and the connectors that ask it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.cast import Cast
from yitong.exchange import commands
from yitong.exchange.rules.answers import LookUp
from yitong.licences.commands import ensure_types
from yitong.licences.holders import holder_of_person
from yitong.parties.actors import system


@dataclass
class Upstream:
    """The running program. ``restart`` keeps the address."""

    url: str
    process: subprocess.Popen[str]
    args: list[str] = field(default_factory=list)

    def mode(self, **modes: str) -> None:
        httpx.post(f"{self.url}/switches", json=modes, trust_env=False).raise_for_status()

    def asked(self, register: str) -> int:
        """How often a register has been asked since the program began."""
        return int(httpx.get(f"{self.url}/asked", trust_env=False).json()[register])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def restart(self) -> None:
        self.process = start(self.url.rsplit(":", 1)[-1])[1]


def start(port: str) -> tuple[str, subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "yitong.exchange.upstream", "--port", port], stdout=subprocess.PIPE, text=True
    )
    return process.stdout.readline().strip(), process


@pytest.fixture(scope="session")
def program() -> Iterator[Upstream]:
    url, process = start("0")
    upstream = Upstream(url, process)
    yield upstream
    upstream.kill()


@pytest.fixture
def upstream(program: Upstream, settings: Any) -> Iterator[Upstream]:
    """Every register answers at the beginning of a test."""
    settings.YITONG_STANDIN_URL = program.url
    if program.process.poll() is not None:
        program.restart()
    program.mode(**{"*": "ok"})
    yield program
    if program.process.poll() is None:
        program.mode(**{"*": "ok"})


@dataclass
class Exchange:
    """What a test asks with: the system on behalf of a case, about 李梅, unless it says otherwise."""

    cast: Cast
    upstream: Upstream
    now: datetime

    def look_up(self, code: str = "degree", **more: Any) -> LookUp:
        asked = {
            "actor": system("tests"),
            "holder": holder_of_person(self.cast.person("citizen")),
            "purpose": "教师资格认定",
            "case_number": "CASE-1",
            "now": self.now,
        }
        return commands.look_up(connector_code=code, **(asked | more))

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def set(self, code: str = "degree", **settings: Any) -> None:
        commands.define(actor=system("tests"), code=code, now=self.now, **settings)


@pytest.fixture
def exchange(cast: Cast, upstream: Upstream) -> Exchange:
    ensure_types(cast.now)
    commands.ensure_connectors(cast.now)
    return Exchange(cast, upstream, cast.now)


@dataclass
class Wire:
    """A server that answers whatever a test says, piece by piece; ``accepted``: connections so far."""

    listener: socket.socket
    pieces: list[bytes] = field(default_factory=list)
    pause: float = 0.0
    accepted: int = 0

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            with connection:
                connection.recv(65_536)
                try:
                    for piece in self.pieces:
                        connection.sendall(piece)
                        time.sleep(self.pause)
                except OSError:
                    pass

    def answers(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        self.pieces = [head + body]


@pytest.fixture
def wire(settings: Any) -> Iterator[Wire]:
    """It stands where the stand-in does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.YITONG_STANDIN_URL = f"http://127.0.0.1:{listener.getsockname()[1]}"
        wire = Wire(listener)
        thread = threading.Thread(target=wire.serve, daemon=True)
        thread.start()
        yield wire
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
