"""Issuing, seeing, revoking and verifying licences."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.documents import queries as documents
from yitong.documents.models import Document
from yitong.kernel import identifiers
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.licences import queries
from yitong.licences.cli import app
from yitong.licences.commands import ensure_types, issue, revoke
from yitong.licences.models import Licence, LicenceEvent
from yitong.licences.permissions import visible_to
from yitong.licences.rules import face
from yitong.licences.rules.status import Standing, last_day, standing
from yitong.licences.types_data import BY_NAME, TYPES

Grant = Callable[..., Licence]


def test_a_licence_is_issued_with_its_document_identifier_and_history(granted: Grant) -> None:
    licence = granted()
    parsed = identifiers.check("licence", licence.identifier)
    assert parsed.type_code == BY_NAME["食品经营许可证"].code
    assert licence.valid_from == date(2026, 9, 24) and licence.valid_until == date(2031, 9, 23)
    assert licence.document.kind == "licence" and licence.document.state == "pending"
    assert [event.status for event in licence.events.all()] == ["valid"]
    assert Entry.objects.filter(tag="licences:licence:issued").count() == 1


def test_the_sealed_pdf_shows_the_face_and_pdfsig_calls_it_valid(granted: Grant, tmp_path: Path) -> None:
    licence = granted()
    file = tmp_path / "licence.pdf"
    file.write_bytes(documents.pdf(licence.document, NOW))
    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in said and "Total document signed" in said
    text = re.sub(
        r"\s+", "", subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    )
    for expected in (
        "食品经营许可证",
        "李梅",
        licence.number,
        licence.identifier,
        "2026年9月24日至2031年9月23日",
        "预包装食品销售",
    ):
        assert expected in text
    assert f"/l/{licence.code}" in text


def test_a_grant_twice_gives_the_first_licence(granted: Grant) -> None:
    first = granted()
    assert granted().pk == first.pk
    assert Licence.objects.count() == Document.objects.count() == 1


def test_serials_and_numbers_differ(granted: Grant) -> None:
    rows = [granted(case_number=f"11439900000000000{number}") for number in range(3)]
    assert len({row.identifier for row in rows}) == len({row.number for row in rows}) == 3


def test_a_name_that_cannot_be_drawn_is_refused_and_nothing_is_left(granted: Grant) -> None:
    with pytest.raises(Refused) as refusal:
        granted(holder_name="𠮷田")
    (reason,) = refusal.value.reasons
    assert reason.code == "undrawable" and reason.field == "licence.holder_name" and "U+20BB7" in str(reason)
    assert not Licence.objects.exists() and not Document.objects.exists()
    assert queries.issuable_refusal("𠮷田", {}).code == "undrawable"
    assert queries.issuable_refusal("李梅", {"scope": "食品"}) is None
    assert queries.issuable_refusal("李梅", {"scope": ["𠮷"]}).field == "licence.scope"


def test_bad_requests_are_refused_by_name(granted: Grant, cast: Cast) -> None:
    for changes, code in [
        ({"type_code": "0" * 21}, "unknown_type"),
        ({"holder_person_id": None}, "one_holder"),
        ({"holder_enterprise_id": cast.enterprise().pk}, "one_holder"),
        ({"holder_name": " "}, "no_holder_name"),
    ]:
        with pytest.raises(Refused) as refusal:
            granted(**changes)
        assert refusal.value.reasons[0].code == code
    for stranger in ("citizen", "clerk", "stranger", "outsider"):
        with pytest.raises(NotAllowed):
            granted(actor=cast.actor(stranger))
    with pytest.raises(NotAllowed):
        granted(issuer_department_id=cast.department("health").pk)
    assert not Licence.objects.exists()


def test_who_sees_a_licence(granted: Grant, cast: Cast) -> None:
    own = granted()
    company = granted(
        holder_person_id=None, holder_enterprise_id=cast.enterprise().pk, holder_name="恒信", case_number="2"
    )
    names = ("citizen", "chief", "head", "accepter", "outsider", "registrar", "stranger")
    seen = {name: set(visible_to(cast.actor(name))) for name in names}
    assert own in seen["citizen"]
    assert seen["chief"] == seen["head"] == {own, company}
    # An officer reaches a licence through a case: the department alone gives no right.
    assert seen["accepter"] == seen["outsider"] == seen["registrar"] == set() and own not in seen["stranger"]
    handler = next(
        name for name, person in cast.people.items() if person.pk == cast.enterprise().legal_representative_id
    )
    assert company in visible_to(cast.actor(handler))
    assert not visible_to(cast.actor("supervisor")).exists() and not visible_to(cast.actor("admin")).exists()


def test_revoking_needs_a_reason_happens_once_and_shows_everywhere(granted: Grant, cast: Cast) -> None:
    licence, chief = granted(), cast.actor("chief")
    pdf = documents.pdf(licence.document, NOW)
    with pytest.raises(NotAllowed):
        revoke(licence_id=licence.pk, reason="x", actor=cast.actor("outsider"), now=NOW)
    with pytest.raises(NotAllowed):
        revoke(licence_id=10**9, reason="x", actor=chief, now=NOW)
    with pytest.raises(Refused) as refusal:
        revoke(licence_id=licence.pk, reason="  ", actor=chief, now=NOW)
    assert refusal.value.reasons[0].field == "reason" and "第六十九条" in refusal.value.reasons[0].law
    revoke(licence_id=licence.pk, reason="以欺骗手段取得", actor=chief, now=NOW)
    with pytest.raises(Conflict) as conflict:
        revoke(licence_id=licence.pk, reason="再次", actor=chief, now=NOW)
    assert "刘洋" in str(conflict.value.reason)
    assert [event.status for event in licence.events.all()] == ["valid", "revoked"]
    from yitong.documents.queries.verification import of_pdf

    assert of_pdf(pdf, NOW).verdict == "revoked"


def test_an_ended_licence_cannot_come_back_and_history_only_grows(granted: Grant, cast: Cast) -> None:
    licence = granted()
    revoke(licence_id=licence.pk, reason="歇业", actor=cast.actor("chief"), now=NOW, cancel=True)
    for change in ({"status": "valid"}, {"holder_name": "别人"}, {"identifier": "1.2.156.3005.2.x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Licence.objects.filter(pk=licence.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        LicenceEvent.objects.filter(licence=licence).delete()


def test_pages_of_the_holder_the_desk_and_the_public(granted: Grant, cast: Cast, client: Client) -> None:
    licence = granted()
    public = client.get(f"/l/{licence.code}").content.decode()
    assert licence.number in public and "李*" in public and "李梅" not in public and "和平路" not in public
    assert client.get("/l/AAAAAAAAAAAAAAAA").status_code == 404
    assert client.get("/my/licences/").status_code == 302
    client.force_login(cast.account("citizen"))
    assert licence.number in client.get("/my/licences/").content.decode()
    assert "和平路" in client.get(f"/my/licences/{licence.pk}/").content.decode()
    pdf: Any = client.get(f"/documents/{licence.code}.pdf")
    assert pdf.status_code == 200 and b"".join(pdf.streaming_content).startswith(b"%PDF-")
    client.force_login(cast.account("stranger"))
    assert client.get(f"/my/licences/{licence.pk}/").status_code == 404
    assert client.get(f"/documents/{licence.code}.pdf").status_code == 404
    client.force_login(cast.account("chief"))
    assert licence.number in client.get("/desk/licences/", {"q": licence.number}).content.decode()
    found = client.post("/desk/licences/holder/", {"holder": cast.person("citizen").idcard}, follow=True)
    assert licence.number in found.content.decode() and cast.person("citizen").idcard not in str(found.redirect_chain)
    assert "李*" in found.content.decode() and "李梅" not in found.content.decode()
    assert client.post(f"/desk/licences/{licence.pk}/revoke/", {"reason": "", "kind": "revoked"}).status_code == 422
    client.post(f"/desk/licences/{licence.pk}/revoke/", {"reason": "以欺骗手段取得", "kind": "revoked"})
    assert Licence.objects.get(pk=licence.pk).status == "revoked"
    assert "以欺骗手段取得" in client.get(f"/my/licences/{licence.pk}/").content.decode()
    client.force_login(cast.account("outsider"))
    assert "<tbody" not in client.get("/desk/licences/", {"q": licence.number}).content.decode()
    client.force_login(cast.account("admin"))
    assert "营业执照" in client.get("/console/licences/types/").content.decode()


def test_lists_take_a_fixed_number_of_queries(
    granted: Grant, cast: Cast, client: Client, django_assert_max_num_queries
) -> None:
    for number in range(6):
        granted(case_number=f"case-{number}")
    client.force_login(cast.account("citizen"))
    with django_assert_max_num_queries(16) as few:
        client.get("/my/licences/")
    for number in range(6, 12):
        granted(case_number=f"case-{number}")
    with django_assert_max_num_queries(16) as more:
        client.get("/my/licences/")
    assert len(more) == len(few)


def test_the_api_verifies_and_lists_mine(granted: Grant, cast: Cast, client: Client) -> None:
    licence = granted()
    for asked in (licence.identifier, licence.code):
        answer = client.get("/api/licences/verify", {"q": asked}).json()
        assert answer["standing"] == "valid" and answer["holder"] == "李*" and answer["entries"] == []
    assert client.get("/api/licences/verify", {"q": "nothing\0"}).status_code == 404
    assert client.get("/api/licences/mine").status_code == 401
    client.force_login(cast.account("citizen"))
    assert [row["number"] for row in client.get("/api/licences/mine").json()] == [licence.number]


def test_the_command_line_says_each_verdict(granted: Grant, cast: Cast, tmp_path: Path) -> None:
    from yitong.documents.seals import certificates, keys

    licence = granted()
    file, ca = tmp_path / "licence.pdf", tmp_path / "ca.pem"
    file.write_bytes(documents.pdf(licence.document, NOW))
    ca.write_bytes(certificates.pem(keys.authority_certificate(NOW)))
    runner = CliRunner()

    def say(*words: object) -> tuple[int, dict[str, object]]:
        done = runner.invoke(app, ["verify", *map(str, words), "--json"])
        return done.exit_code, json.loads(done.stdout)

    code, answer = say(file)
    assert (code, answer["verdict"], answer["number"], answer["revocation_checked"]) == (
        0,
        "valid",
        licence.number,
        True,
    )
    code, answer = say(file, "--ca", ca)
    assert (code, answer["verdict"], answer["number"], answer["revocation_checked"]) == (
        0,
        "valid",
        licence.number,
        False,
    )
    changed = bytearray(file.read_bytes())
    changed[len(changed) // 3] ^= 1
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(changed)
    assert say(broken)[0] == 1 and say(broken)[1]["verdict"] == "altered"
    other = tmp_path / "other.pem"
    other.write_bytes(certificates.pem(certificates.make_authority(NOW).certificate))
    assert say(file, "--ca", other)[1]["verdict"] == "unknown_issuer"
    revoke(licence_id=licence.pk, reason="歇业", actor=cast.actor("chief"), now=NOW)
    assert say(file)[1]["verdict"] == "revoked"
    human = runner.invoke(app, ["verify", str(file)])
    assert human.exit_code == 1 and human.stdout.startswith("revoked")
    assert runner.invoke(app, ["verify", str(tmp_path / "none.pdf")]).exit_code == 2
    assert runner.invoke(app, ["verify", str(file), "--ca", str(file)]).exit_code == 2


def test_an_expired_licence_says_so_with_and_without_the_register(granted: Grant) -> None:
    from yitong.documents.queries import verification
    from yitong.documents.seals import certificates, keys

    licence = granted(valid_years=1)
    pdf = documents.pdf(licence.document, NOW)
    later = NOW + timedelta(days=365)
    pem = certificates.pem(keys.authority_certificate(NOW))
    assert verification.of_pdf(pdf, later).verdict == "expired"
    assert verification.without_register(pdf, pem, later).verdict == "expired"
    assert verification.without_register(pdf, pem, later - timedelta(days=1)).verdict == "valid"


def test_built_in_types_have_valid_codes_and_are_added_once(db: None) -> None:
    for kind in TYPES:
        identifiers.check("licence", identifiers.licence.compose(kind.code, kind.code[:18], "000001"))
    assert len({kind.code for kind in TYPES}) == len({kind.name for kind in TYPES}) == len(TYPES)
    assert ensure_types(NOW) == len(TYPES)
    assert ensure_types(NOW) == 0


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 30))
def test_a_term_of_whole_years_ends_the_day_before_its_anniversary(start: date, years: int) -> None:
    end = last_day(start, years)
    assert standing("valid", start, end, end) is Standing.VALID
    assert standing("valid", start, end, end + timedelta(days=1)) is Standing.EXPIRED
    assert standing("valid", start, end, start - timedelta(days=1)) is Standing.NOT_YET
    assert standing("revoked", start, end, end + timedelta(days=9)) is Standing.REVOKED
    next_day = end + timedelta(days=1)
    assert next_day.year == start.year + years
    assert (next_day.month, next_day.day) == (start.month, start.day) or (start.month, start.day, next_day.day) == (
        2,
        29,
        1,
    )


def test_the_face_prints_known_fields_in_order_and_chinese_names_as_labels() -> None:
    fields = [{"name": "a", "label": "甲"}, {"name": "b", "label": "乙"}]
    lines = face.entries(fields, {"b": ["一", "二"], "a": 3, "备注": "有", "internal": "x", "c": None})
    assert lines == [
        {"label": "甲", "value": "3"},
        {"label": "乙", "value": "一、二"},
        {"label": "备注", "value": "有"},
    ]
    days = [{"name": "a", "label": "甲", "kind": "date"}]
    assert [face.entries(days, {"a": a})[0]["value"] for a in ("2026-10-01", "长期")] == ["2026年10月1日", "长期"]
    assert face.validity(date(2026, 1, 2), None) == "2026年1月2日至长期"


def test_a_long_face_goes_on_overleaf_and_stays_valid(granted: Grant, tmp_path: Path) -> None:
    licence = granted(data={"scope": "预包装食品销售；" * 200})
    file = tmp_path / "long.pdf"
    file.write_bytes(documents.pdf(licence.document, NOW))
    said = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    assert int(re.search(r"Pages:\s+(\d+)", said).group(1)) >= 2
    assert (
        "Signature is Valid."
        in subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=True).stdout
    )


def test_issue_is_exported_by_the_commands_package() -> None:
    assert issue.__module__ == "yitong.licences.commands.issue_licence"
