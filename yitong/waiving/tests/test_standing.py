"""Which source counts for a material, and which comes first."""

from __future__ import annotations

import pytest

from yitong.waiving.rules.scenarios import Row
from yitong.waiving.rules.standing import (
    CertificateSupply,
    ConnectorSupply,
    Judge,
    Supply,
    TypeSupply,
    key_of,
    plain_name,
)

TYPE = "1110000099000101XD006"


def row(name: str = "无犯罪记录证明", licence_type: str = TYPE, own: bool = False, **named: str) -> Row:
    return Row("m", name, licence_type, own, True, **named)


def kind(licences: int = 0, active: bool = True, callers: frozenset[str] = frozenset()) -> dict[str, TypeSupply]:
    return {TYPE: TypeSupply(TYPE, "无犯罪记录证明", licences, active, callers)}


FULL = row(connector="c", verifier="police")
CONNECTOR = {"c": ConnectorSupply("c", "公安比对", TYPE, True)}
OFF = {"c": ConnectorSupply("c", "公安比对", TYPE, False)}
INSTANT = CertificateSupply("无犯罪记录证明")
POLICE = {"police": "公安局"}


@pytest.mark.parametrize(
    ("material", "supply", "status", "why"),
    [
        (FULL, Supply(kind(3), CONNECTOR, (INSTANT,), POLICE, {TYPE: 1}), "waived", "licence"),
        (FULL, Supply(kind(), CONNECTOR, (INSTANT,), POLICE, {TYPE: 1}), "waived", "connector"),
        (FULL, Supply(kind(), OFF, (INSTANT,), POLICE, {TYPE: 1}), "reduced", "verified"),
        (FULL, Supply(kind(), {}, (INSTANT,), {}, {TYPE: 1}), "reduced", "instant"),
        (FULL, Supply(kind(), {}, (), {}, {TYPE: 1}), "reduced", "earlier"),
        (FULL, Supply(kind(), OFF), "remaining", "off"),
        (row(), Supply(kind(), CONNECTOR), "remaining", "unlinked"),
        (row(licence_type="", connector="c"), Supply(kind(), CONNECTOR), "waived", "connector"),
        (row(licence_type="", connector="c"), Supply(kind()), "remaining", "no_connector"),
        (row(), Supply(kind()), "remaining", "empty"),
        (row(), Supply(kind(3, active=False)), "remaining", "inactive"),
        (row(), Supply(kind(3, callers=frozenset({"market"}))), "remaining", "not_caller"),
        (row(), Supply(), "remaining", "unknown"),
    ],
)
def test_the_first_source_that_has_it_counts(material: Row, supply: Supply, status: str, why: str) -> None:
    found = Judge(supply).standing(material, "health")
    assert (found.status, found.why) == (status, why)


def test_a_paper_without_a_type_is_own_or_wants_one_named() -> None:
    judge = Judge(Supply())
    assert judge.standing(row("近期免冠照片", "", own=True), "health").why == "own"
    named = judge.standing(row("学籍证明（原件）", ""), "health")
    assert (named.why, named.key) == ("unnamed", "name:学籍证明")


def test_a_source_that_is_assumed_counts_as_connected() -> None:
    supply = Supply(kind(), assumed=frozenset({f"type:{TYPE}", "name:学籍证明"}))
    assert Judge(supply).standing(row(), "health").status == "waived"
    assert Judge(supply).standing(row("学籍证明", ""), "health").status == "waived"


def test_what_the_applicant_makes_himself_is_no_candidate() -> None:
    assert key_of(row("承诺书", "", own=True)) == ""


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("申请人居民身份证", "居民身份证"),
        ("《结婚证》（复印件）", "结婚证"),
        ("企业章程原件", "企业章程"),
        ("（照片）", "（照片）"),
    ],
)
def test_a_paper_has_one_name(name: str, plain: str) -> None:
    assert plain_name(name) == plain
