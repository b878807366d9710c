"""The stand-in as a program: on an inherited socket, from the loopback only, silent about people."""

from __future__ import annotations

import socket
import subprocess
import sys
from datetime import date

import httpx

from yitong.exchange.upstream.records import REGISTERS, record_of
from yitong.exchange.upstream.server import listen

NUMBER = "439901199005200242"
DAY = date(2026, 9, 24)


def test_it_serves_a_socket_handed_down_and_ends_with_its_signal():
    with listen(0) as listener:
        listener.set_inheritable(True)
        command = [sys.executable, "-m", "yitong.site.child", "standin", "--fd", str(listener.fileno())]
        process = subprocess.Popen(
            command, pass_fds=[listener.fileno()], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        asked = {"id_number": NUMBER, "name": "李梅", "asked_at": "2026-09-24T10:00:00+08:00"}
        told = httpx.post(f"http://127.0.0.1:{port}/v1/degree", json=asked, timeout=20, trust_env=False).json()
        assert (told["code"], told["data"]["SFZH"]) == ("0", NUMBER)
        assert "stand-in" in told["notice"]
        process.terminate()
        output, errors = process.communicate(timeout=10)
    assert NUMBER.encode() not in output + errors


def test_the_same_number_has_the_same_record_and_another_number_another():
    for register in REGISTERS:
        assert record_of(register, NUMBER, "李梅", DAY) == record_of(register, NUMBER, "李梅", DAY)
    assert record_of("fund", NUMBER, "", DAY) != record_of("fund", "439902198211030011", "", DAY)


def test_wrong_requests_are_told_so(program):
    url = program.url
    assert httpx.post(f"{url}/v1/nowhere", json={}, trust_env=False).status_code == 404
    assert httpx.post(f"{url}/v1/degree", content=b"[1", trust_env=False).status_code == 400
    assert httpx.post(f"{url}/v1/degree", json={"id_number": "1"}, trust_env=False).json()["code"] == "1422"
    assert httpx.post(f"{url}/switches", json={"degree": "explode"}, trust_env=False).status_code == 422
    assert httpx.get(f"{url}/switches", trust_env=False).json()["degree"] == "ok"


def test_it_survives_half_a_request(program):
    port = int(program.url.rsplit(":", 1)[-1])
    with socket.create_connection(("127.0.0.1", port)) as half:
        half.sendall(b"POST /v1/degree HTTP/1.1\r\nContent-Length: 9999\r\n\r\n{")
    assert httpx.get(f"{program.url}/switches", trust_env=False).status_code == 200
