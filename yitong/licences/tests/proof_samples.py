"""A licence that never was, its keys and its proofs: for tests that need no database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from yitong.licences.proofs import bundle, credential, jose, metadata, ofd, sm2
from yitong.licences.proofs.examining import examine
from yitong.licences.proofs.trust import Trust

ISSUER = "https://city.example"
NOW = datetime.now(UTC)  # openvc looks at the clock
TODAY = NOW.date()
KEY, SM2 = jose.make_key(), sm2.make_key()
TRUST = Trust(ISSUER, {KEY["kid"]: jose.JWK(**jose.public(KEY))}, {sm2.key_id(SM2.public): SM2.public})
FACTS = metadata.Facts(
    identifier="1.2.156.3005.2.11100000990003015H002.11439900MB00000017.20260000000001.001.0",
    number="JY12026",
    version=1,
    type_code="11100000990003015H002",
    type_name="食品经营许可证",
    holder_kind="person",
    holder_name="李梅",
    issuer_name="示范市市场监督管理局",
    issuer_uscc="11439900MB00000017",
    issued_on=TODAY - timedelta(days=30),
    valid_from=TODAY - timedelta(days=30),
    valid_until=TODAY + timedelta(days=300),
    document_number="示市监食〔2026〕1号",
)
DATA = {"address": "朝晖区和平路1号", "scope": "预包装食品销售", "idcard": "439901199001010017"}
PLACE = credential.Place(f"{ISSUER}/status-lists/abc", 70_001)
PDF = b"%PDF-1.7 sealed"
HOLDER = jose.make_key()
AUDIENCE = credential.Audience("https://bank.example", "n-0S6_WzA2Mj")


def issued(facts: metadata.Facts = FACTS, **changes: Any) -> str:
    values: dict[str, Any] = {"issuer": credential.Issuer(ISSUER, KEY), "place": PLACE, "now": NOW}
    return credential.issue(facts, DATA, **{**values, **changes})


def presented(names: Collection[str] = ("holder_name", "fields.scope")) -> str:
    """To the bank, with its nonce."""
    return credential.present_to(issued(holder_key=HOLDER), names, AUDIENCE, HOLDER, NOW)


def pair(pdf: bytes | None = PDF, facts: metadata.Facts = FACTS) -> bundle.Pair:
    signed = metadata.compose(facts, PDF, key=sm2.key_id(SM2.public), at=NOW)
    return bundle.Pair(signed, sm2.sign(SM2, signed), pdf)


def export(rows: list[tuple[str, str]] | None = None) -> bytes:
    sheet = ofd.Sheet(
        "食品经营许可证", rows or [("持证主体", "李梅"), ("经营项目", "预包装食品 <散装> & 特殊")], ["防伪码：ABCD"]
    )
    key = sm2.key_id(SM2.public)
    return ofd.write(
        sheet, identifier=FACTS.identifier, code="ABCD", at=NOW, sign=lambda told: (key, sm2.sign(SM2, told))
    )


def outcome(content: bytes | str, trust: Trust = TRUST, now: datetime = NOW) -> tuple[str, str]:
    seen = examine(content.encode() if isinstance(content, str) else content, trust, now)
    return seen.outcome, seen.why
