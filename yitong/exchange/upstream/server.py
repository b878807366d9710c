"""The stand-in's HTTP server: the standard library, a thread a request, on the loopback only.

``POST /v1/<register>`` with ``{"id_number", "name", "asked_at", …}`` answers ``{"code": "0", "msg", "data"}``, or code
``"1404"`` when the register holds nothing. ``GET /switches`` tells how each register behaves, ``POST /switches`` with
``{"degree": "slow", "*": "ok"}`` changes it. Nothing is kept and nothing is logged: bodies carry people's numbers.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import threading
import time
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from yitong.exchange.upstream.records import REGISTERS, record_of
from yitong.kernel.identifiers import idcard, uscc
from yitong.kernel.identifiers.errors import InvalidIdentifier

MODES = ("ok", "slow", "error", "bad_json", "wrong_schema", "wrong_person", "down")
SLOW_SECONDS = 4.0
LONGEST_BODY = 64 * 1024
NOTICE = "本地替身 (local stand-in): made-up data, no real register was asked"


class Standin(ThreadingHTTPServer):
    """The server with its switches; shared by all threads."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(listener.getsockname()[:2], Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.lock = threading.Lock()
        self.modes = dict.fromkeys(REGISTERS, "ok")
        self.asked = dict.fromkeys(REGISTERS, 0)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody who lost patience and hung up is no fault; anything else is told as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def switch(self, wanted: dict[str, str]) -> bool:
        """Change how registers behave; ``*`` means all of them. False, and nothing changed, for an unknown word."""
        if any(mode not in MODES or (name != "*" and name not in self.modes) for name, mode in wanted.items()):
            return False
        with self.lock:
            for name, mode in wanted.items():
                self.modes.update(dict.fromkeys(self.modes, mode) if name == "*" else {name: mode})
        return True


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Standin
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "yitong-standin", ""
    timeout = 30

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        if self.path == "/switches":
            self._send(200, self.server.modes)
        elif self.path == "/asked":
            self._send(200, self.server.asked)
        else:
            self._send(404, {"msg": "not found"})

    def do_POST(self) -> None:
        body = self._body()
        if self.path == "/switches":
            done = isinstance(body, dict) and self.server.switch(body)
            self._send(200 if done else 422, self.server.modes if done else {"msg": f"modes: {', '.join(MODES)}"})
            return
        version, _, register = self.path.strip("/").partition("/")
        if version != "v1" or register not in REGISTERS:
            self._send(404, {"code": "404", "msg": "no such register"})
        elif not isinstance(body, dict):
            self._send(400, {"code": "400", "msg": "a JSON object is needed"})
        else:
            self._register(register, body)

    def _register(self, register: str, body: dict[str, Any]) -> None:
        with self.server.lock:
            self.server.asked[register] += 1
            mode = self.server.modes[register]
        if mode == "down":
            self.close_connection = True
            self.connection.close()
            return
        if mode == "slow":
            time.sleep(SLOW_SECONDS)
        elif mode == "error":
            self._send(500, {"code": "500", "msg": "系统繁忙"})
            return
        elif mode == "bad_json":
            self._raw(200, "<html><body>502 网关错误 429900199001011234</body></html>".encode(), "text/html")
            return
        number, name = str(body.get("id_number", "")), str(body.get("name", ""))
        if not _known(register, number):
            self._send(200, {"code": "1422", "msg": "号码有误"})
            return
        record = record_of(register, number, name, _day(body.get("asked_at")))
        if record is None and mode not in ("wrong_schema", "wrong_person"):
            self._send(200, {"code": "1404", "msg": "查无记录", "notice": NOTICE})
            return
        if mode == "wrong_schema":
            record = {"SFZH": number, "XM": name, "jieguo": {"v2": [number, name]}}
        elif mode == "wrong_person":
            record = (record or {}) | {"SFZH": "110101190001010000", "XM": "某某"}
        self._send(200, {"code": "0", "msg": "成功", "notice": NOTICE, "data": record})

    def _body(self) -> Any:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST_BODY:
            self.close_connection = True
            return None
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            return None

    def _send(self, status: int, body: Any) -> None:
        self._raw(status, json.dumps(body, ensure_ascii=False).encode(), "application/json")

    def _raw(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _known(register: str, number: str) -> bool:
    try:
        (uscc if register == "licence" else idcard).parse(number)
    except InvalidIdentifier:
        return False
    return True


def _day(asked_at: Any) -> date:
    try:
        return datetime.fromisoformat(str(asked_at)).date()
    except ValueError:
        return date(2026, 1, 1)


def listen(port: int) -> socket.socket:
    """A listening socket on the loopback; port 0 takes a free one."""
    listener = socket.socket(socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def main(arguments: list[str] | None = None) -> None:
    """Serve until ended. Prints one line with the address once it listens."""
    parser = argparse.ArgumentParser(prog="python -m yitong.exchange.upstream", description=NOTICE)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0, the default, takes a free one")
    parser.add_argument("--fd", type=int, default=None, help="an inherited listening socket instead of a port")
    chosen = parser.parse_args(arguments)
    listener = socket.socket(fileno=chosen.fd) if chosen.fd is not None else listen(chosen.port)
    server = Standin(listener)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    if chosen.fd is None:
        os.write(1, f"{address}\n".encode())
    with server:
        server.serve_forever(poll_interval=0.2)
