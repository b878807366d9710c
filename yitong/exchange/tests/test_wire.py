"""The wire to a register: one limit for the whole exchange, and addresses no connector reaches."""

from __future__ import annotations

import socket
import time
from threading import Event
from typing import Any

import httpcore
import pytest

from tests.cast import NOW
from yitong.exchange.models import CachedAnswer, Call, Circuit, OddAnswer
from yitong.exchange.providers.base import Target
from yitong.exchange.providers.http_json import HttpJsonProvider
from yitong.exchange.rules.addresses import reachable
from yitong.exchange.rules.answers import Answer, NoAnswer, Outcome, Question

PROVIDER = HttpJsonProvider()
QUESTION = Question("person", "439901199005200242", "李梅", "教师资格认定", "CASE-1", NOW, "yitong-1")
HEAD = b"HTTP/1.1 200 OK\r\n"
PUBLIC, PRIVATE, METADATA = "114.114.114.114", "10.20.30.40", "169.254.169.254"


def asked(url: str = "standin:/v1/degree", timeout: float = 0.5) -> Answer:
    return PROVIDER.ask(Target("degree", url, timeout), QUESTION)


def problem(url: str) -> str:
    return "; ".join(PROVIDER.problems(Target("degree", url, 1.0)))


# --- one limit -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"X-Slow: ", *[b"a"] * 40],
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * 40,
        [HEAD + b"Content-Length: 40\r\n\r\n", *[b"{"] * 40],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\n \r\n"] * 40],
        [],
    ],
    ids=["headers", "interim answers", "body", "chunks", "nothing"],
)
def test_a_source_that_drips_costs_the_limit_and_no_more(wire: Any, pieces: list[bytes]) -> None:
    wire.pieces, wire.pause = pieces or [b"", b""], 0.2 if pieces else 3.5
    begun = time.monotonic()
    with pytest.raises(NoAnswer) as told:
        asked()
    assert time.monotonic() - begun < 3, "each of these would take six seconds or more"
    assert (told.value.code, told.value.again, told.value.params) == ("timeout", True, {"milliseconds": 500})


def test_a_connection_is_used_again_and_each_exchange_has_its_own_limit(upstream: Any) -> None:
    for _ in range(3):
        assert asked(timeout=1).payload is not None
        time.sleep(0.5)


def test_a_resolver_that_says_nothing_costs_the_limit_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(20) and [])
    begun = time.monotonic()
    with pytest.raises(NoAnswer) as told:
        asked("https://share.example.gov.cn/x")
    took = time.monotonic() - begun
    over.set()
    assert (told.value.code, told.value.again) == ("timeout", True) and 0.4 < took < 3


def test_what_the_resolver_took_is_missing_from_the_rest(wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The register answers after 0.4 s, which the limit of 0.5 s allows unless the name took some of it."""
    resolve = socket.getaddrinfo

    def slowly(*asked: Any, **more: Any) -> Any:
        time.sleep(0.3)
        return resolve(*asked, **more)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    wire.pieces, wire.pause = [b"", b""], 0.4
    begun = time.monotonic()
    with pytest.raises(NoAnswer, match="timeout"):
        asked()
    assert time.monotonic() - begun < 0.7


# --- addresses -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "named", "free"),
    [
        (PUBLIC, True, True), ("2408:8000::1", True, True),
        (PRIVATE, True, False), ("172.16.0.1", True, False), ("192.168.1.1", True, False), ("100.64.0.1", True, False),
        ("fd12::1", True, False), ("::ffff:10.0.0.1", True, False), ("64:ff9b::a00:1", True, False),
        ("127.0.0.1", False, False), ("::1", False, False), ("::ffff:127.0.0.1", False, False), ("0.0.0.0", False, False),
        (METADATA, False, False), ("fe80::1%eth0", False, False), ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False), ("2002:7f00:1::", False, False),
        ("224.0.0.1", False, False), ("255.255.255.255", False, False), ("::", False, False), ("ff02::1", False, False),
    ],
)  # fmt: skip
def test_public_addresses_are_free_private_ones_named_and_our_own_never_reached(
    address: str, named: bool, free: bool
) -> None:
    assert (reachable(address, named=True), reachable(address, named=False)) == (named, free)


def test_a_connector_names_an_address_it_may_have(settings: Any) -> None:
    settings.YITONG_CONNECTOR_HOSTS = {"share.city.local", PRIVATE, "127.0.0.1", METADATA}
    for good in ("standin:/v1/degree", "https://share.example.gov.cn/x", "http://share.city.local:8080/x"):
        assert problem(good) == ""
    for good in (f"http://{PRIVATE}/x", f"https://{PUBLIC}/x", "http://SHARE.city.local/"):
        assert problem(good) == ""
    for bad in ("http://share.example.gov.cn/", f"http://{METADATA}/latest", "https://127.0.0.1/", "https://10.0.0.1/"):
        assert "YITONG_CONNECTOR_HOSTS" in problem(bad), bad
    for bad in (
        "http://127.0.0.1:8090/",
        "https://[::1]/",
        "https://[::ffff:7f00:1]/",
        "https://",
        "ftp://x/",
        "",
        "standin:x",
    ):
        assert problem(bad).startswith("url: "), bad


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """``names``: what each name resolves to, one list a time it is asked; ``reached``: addresses connected to."""
    seen: dict[str, Any] = {"names": {}, "reached": [], "resolved": 0}

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        seen["resolved"] += 1
        found = seen["names"][host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    def connect(_: Any, host: str, port: int, *more: Any) -> Any:
        seen["reached"].append(host)
        raise httpcore.ConnectError("nobody is there")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return seen


def test_what_a_name_resolves_to_is_checked_and_nothing_else_is_connected_to(network: Any, settings: Any) -> None:
    settings.YITONG_CONNECTOR_HOSTS = {"share.city.local"}
    for host, answers, code, reached in (
        ("share.example.gov.cn", [[METADATA]], "forbidden", []),
        ("share.example.gov.cn", [["127.0.0.1", PRIVATE]], "forbidden", []),
        ("share.example.gov.cn", [[PUBLIC], [METADATA]], "unreachable", [PUBLIC]),
        ("share.example.gov.cn", [["127.0.0.1", PUBLIC]], "unreachable", [PUBLIC]),
        ("share.city.local", [[PRIVATE]], "unreachable", [PRIVATE]),
        ("share.city.local", [["127.0.0.1", METADATA]], "forbidden", []),
    ):
        network.update(names={host: answers}, reached=[], resolved=0)
        with pytest.raises(NoAnswer) as told:
            asked(f"https://{host}/x")
        assert (told.value.code, network["reached"], network["resolved"]) == (code, reached, 1), (host, answers)


def test_a_name_that_is_none_is_unreachable() -> None:
    with pytest.raises(NoAnswer, match="unreachable"):
        asked(f"https://{'a' * 70}.example.invalid/")


@pytest.mark.django_db
def test_a_connector_from_before_the_rule_asks_nobody_and_says_so(exchange: Any) -> None:
    exchange.look_up()
    row = Circuit.objects.get(connector__code="degree")
    type(row.connector).objects.filter(code="degree").update(url=f"{exchange.upstream.url}/v1/degree")
    before = exchange.upstream.asked("degree")
    for _ in range(4):
        found = exchange.look_up(fresh=True)
        assert (found.outcome, found.reason.code) == (Outcome.UNAVAILABLE, "forbidden")
    assert exchange.upstream.asked("degree") == before
    row.refresh_from_db()
    assert (row.state, row.failures) == ("closed", 0), "the source has done nothing wrong"


# --- what is no text ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["\\u0000", "\\ud800", "示范\\udfff大学"])
def test_text_no_database_holds_is_an_odd_answer_with_its_result(exchange: Any, wire: Any, bad: str) -> None:
    person = exchange.cast.person("citizen")
    body = f'{{"code": "0", "data": {{"SFZH": "{person.idcard}", "XM": "{person.name}", "YXMC": "{bad}", "{bad}": 1}}}}'
    wire.answers(body.encode())
    exchange.set(fields=[{"name": "school", "label": "学校名称", "path": "YXMC", "kind": "text"}])
    found = exchange.look_up()
    assert (found.outcome, found.reason.code) == (Outcome.UNAVAILABLE, "wrong_shape")
    assert Call.objects.get(pk=found.call_id).result.code == "wrong_shape"
    assert Circuit.objects.get(connector__code="degree").failures == 1
    odd = OddAnswer.objects.get()
    assert odd.problems == [{"path": "YXMC", "why": "not_text"}]
    assert not CachedAnswer.objects.exists()


@pytest.mark.django_db
def test_a_nul_outside_json_is_kept_for_inspection_too(exchange: Any, wire: Any) -> None:
    wire.answers(b"<html>\x00502</html>")
    assert exchange.look_up().reason.code == "not_json"
    assert OddAnswer.objects.get().shape == "<html>?000</html>"
