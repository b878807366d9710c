"""The exchange and the library themselves behind a certificate: the local stand-in answers, is down, is slow."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast
from yitong.certificates import commands, queries
from yitong.certificates.models import CertificateRequest
from yitong.certificates.sources import Registers, using
from yitong.certificates.tests.conftest import PNG, add_departments
from yitong.documents.commands.uploads import store
from yitong.exchange import commands as exchange
from yitong.exchange.models import Call
from yitong.exchange.tests.conftest import Upstream, program, upstream  # noqa: F401 - fixtures
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.commands import ensure_types
from yitong.licences.holders import holder_of_person
from yitong.parties.actors import system

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(cast: Cast, upstream: Upstream, settings: Any, tmp_path: Any) -> Any:  # noqa: F811
    settings.MEDIA_ROOT = tmp_path
    add_departments(cast)
    ensure_types(cast.now)
    exchange.ensure_connectors(cast.now)
    commands.ensure_types(actor=system("tests"), now=cast.now)
    with using(Registers()):
        yield cast


def instant(city: Cast, code: str, purpose: str, **more: Any) -> CertificateRequest:
    said: dict[str, Any] = {"actor": city.actor("citizen"), "evidence": {"confirmed": "yes"}, **more}
    return commands.issue_instant(type_code=code, purpose=purpose, now=city.now, **said)


def test_every_instant_type_is_answered_by_its_register(city: Cast) -> None:
    outcomes = {}
    for kind in queries.offered(city.actor("citizen")):
        if kind.way == "instant":
            holder = {"enterprise_id": city.enterprise().pk} if kind.holder_kind == "enterprise" else {}
            try:
                outcomes[kind.code] = instant(city, kind.code, str(kind.purposes[0]), **holder).outcome
            except Refused as refused:
                outcomes[kind.code] = refused.reasons[0].code
    # 李梅 of the stand-in has no house; the rest the registers hold.
    found = {code for code, outcome in outcomes.items() if outcome == "found"}
    assert len(outcomes) == 8 and set(outcomes.values()) <= {"found", "absent", "no_record"}
    assert found >= {"degree", "insured", "fund_paid", "marriage", "blood"}
    assert (outcomes["housing"], outcomes["estate_info"]) == ("absent", "no_record")
    made = CertificateRequest.objects.get(type__code="degree")
    said = made.document.context
    assert said["source_note"].startswith("教育部学信网，2026年") and "毕业于" in said["statement"]
    call = Call.objects.get(pk=int(made.sources[0]["reference"]))
    assert call.purpose == "高等学历信息证明：求职入职" and call.actor_ref == city.actor("citizen").ref


@pytest.mark.parametrize("mode", ["down", "error", "bad_json", "wrong_schema", "wrong_person"])
def test_what_a_broken_register_says_is_never_certified(city: Cast, upstream: Upstream, mode: str) -> None:  # noqa: F811
    upstream.mode(degree=mode)
    with pytest.raises(Refused) as refused:
        instant(city, "degree", "求职入职")
    assert refused.value.reasons[0].code == "unavailable" and len(refused.value.reasons) == 2
    assert not CertificateRequest.objects.exists()


def test_a_sheet_at_the_window_is_logged_under_the_signed_consent(city: Cast, upstream: Upstream) -> None:  # noqa: F811
    upstream.mode(fund="down")
    clerk = city.actor("clerk")
    scan = store(
        upload=SimpleUploadedFile("授权.png", PNG),
        actor=clerk,
        purpose="certificates:window",
        accept=("png",),
        max_mb=1,
        now=city.now,
    )
    window = commands.open_window(
        actor=clerk,
        purpose="窗口核验",
        scan_id=scan.pk,
        card_checked=True,
        person_id=city.person("citizen").pk,
        now=city.now,
    )
    made = commands.draw_sheet(
        actor=clerk,
        window_id=window.pk,
        chosen=["degree.school", "housing-fund.status", "real-estate.count"],
        purpose="窗口核验",
        evidence={},
        now=city.now,
    )
    values = {row["label"]: row["value"] for row in made.document.context["rows"]}
    assert (
        values["账户状态"] == "未能应答"
        and values["登记套数"] == "未查询到记录"
        and values["学校名称"] not in ("", "未能应答")
    )
    assert set(Call.objects.values_list("case_number", flat=True)) == {window.number}
    with pytest.raises(NotAllowed):
        exchange.look_up(
            actor=city.actor("accepter"),
            connector_code="degree",
            holder=holder_of_person(city.person("citizen")),
            purpose="x",
            case_number=window.number,
            now=city.now,
        )
