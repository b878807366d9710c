"""A certificate that was issued wrongly is taken back, and everybody who looks is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from yitong.audit.models import Entry
from yitong.certificates import commands, queries
from yitong.certificates.commands.requesting import PostWish
from yitong.certificates.events import CertificateRevoked
from yitong.certificates.models import CertificateRequest
from yitong.certificates.tests.conftest import Bench
from yitong.certificates.tests.test_races import together
from yitong.documents.commands import seal_pending
from yitong.documents.queries import verification
from yitong.kernel.events import subscribe
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.notifications.models import Message

pytestmark = pytest.mark.django_db
WRONG = "执业地点有误"


def browser(bench: Bench, who: str) -> Client:
    client = Client()
    client.force_login(bench.cast.account(who), "yitong.parties.backends.AccountBackend")
    return client


def revoke(bench: Bench, made: CertificateRequest, who: str = "outsider", **changes: Any) -> CertificateRequest:
    said = {"reason": WRONG, **changes}
    return commands.revoke(actor=bench.actor(who), request_id=made.pk, now=bench.later(minutes=1), **said)


def test_verification_says_revoked_by_code_number_and_file(bench: Bench) -> None:
    made = bench.approved()
    seal_pending(now=bench.now)
    pdf = b"".join(browser(bench, "citizen").get(f"/documents/{made.document.code}.pdf"))
    assert verification.of_file(pdf, bench.now).verdict == "valid"
    made = revoke(bench, made)
    made.document.refresh_from_db()
    for found in (
        verification.of_file(pdf, bench.now),
        verification.by_text(made.document.code, bench.now),
        verification.by_text(made.document.number, bench.now),
    ):
        assert found is not None and (found.verdict, found.why) == ("revoked", "revoked")
        assert (found.revoked_at, found.revoked_reason) == (bench.now, WRONG)
    public = Client().get(f"/d/{made.document.code}").text
    assert "已撤销" in public and WRONG in public and "2026年9月24日" in public


def test_the_holder_is_told_and_the_acts_are_noted(bench: Bench) -> None:
    heard: list[Any] = []
    subscribe(CertificateRevoked, heard.append)
    made = revoke(bench, bench.approved())
    assert (made.state, made.revoked_by_name, made.revocation) == ("revoked", bench.actor("outsider").name, WRONG)
    assert made.ended_at < made.revoked_at and made.events.last().text == WRONG
    told = Message.objects.filter(template="certificate_revoked", person_id=bench.cast.person("citizen").pk)
    assert {each.channel for each in told} == {"sms", "inapp"} and WRONG in str(told[0].context)
    assert Entry.objects.filter(tag="certificates:request:revoked", subject=f"certificate:{made.number}").count() == 1
    assert [event.code for event in heard if event.request_id == made.pk] == [made.document.code]


@pytest.mark.parametrize("who", ["citizen", "stranger", "clerk", "reviewer", "head", "supervisor", "admin"])
def test_another_department_cannot(bench: Bench, who: str) -> None:
    made = bench.approved()
    with pytest.raises(NotAllowed):
        revoke(bench, made, who)
    assert browser(bench, who).get(f"/desk/certificates/{made.number}/revoke/").status_code in (302, 404)
    assert CertificateRequest.objects.get().state == "issued"


def test_only_what_was_issued_and_only_once(bench: Bench) -> None:
    with pytest.raises(NotAllowed):
        revoke(bench, bench.claimed())
    CertificateRequest.objects.get()
    made = commands.approve(
        actor=bench.actor("outsider"), request_id=CertificateRequest.objects.get().pk, now=bench.later(minutes=1),
        values={"category": "执业医师", "place": "示范市人民医院", "licence_no": "1"},
    )  # fmt: skip
    for bad in ("", "  ", "长" * 201):
        with pytest.raises(Refused):
            revoke(bench, made, reason=bad)
    with pytest.raises(Conflict):
        revoke(bench, made, rev=made.rev - 1)
    assert CertificateRequest.objects.get().state == "issued"
    revoke(bench, made, rev=made.rev)
    with pytest.raises(Conflict) as again:
        revoke(bench, made)
    assert again.value.reason.code == "revoked_already"
    for change in ({"state": "issued", "revoked_at": None, "revocation": ""}, {"revocation": "另一理由"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CertificateRequest.objects.update(**change)


def test_paper_that_waits_is_not_sent(bench: Bench) -> None:
    made = bench.approved(post=PostWish("李梅", "春风路8号"))
    assert revoke(bench, made).post == "none"
    with pytest.raises(Refused):
        commands.post(
            actor=bench.actor("outsider"), request_id=made.pk, carrier="邮政", tracking="1", now=bench.later(minutes=1)
        )


def test_a_certificate_from_data_is_revoked_and_drawn_anew(bench: Bench) -> None:
    founded = {"founded_on": "2020-01-02", "legal_representative": "李梅", "status": "存续（在营）"}
    bench.registers.answers["business-licence"] = founded
    said = {"purpose": "投标", "enterprise_id": bench.cast.enterprise().pk}
    made = bench.instant("firm_registration", **said)
    assert made.number in browser(bench, "reviewer").get(f"/desk/certificates/{made.number}/").text
    revoked = commands.revoke(actor=bench.actor("reviewer"), request_id=made.pk, reason=WRONG, now=bench.now)
    assert revoked.state == "revoked"
    evidence = {"confirmed": "yes"}
    again = commands.issue_instant(
        actor=bench.actor("citizen"), type_code="firm_registration", evidence=evidence, now=bench.now, **said
    )
    assert again.number != made.number and again.state == "issued", "the same minute gives no revoked one"


def test_a_sheet_is_found_by_its_whole_number_and_not_opened(bench: Bench) -> None:
    bench.type("data_sheet").__class__.objects.filter(code="data_sheet").update(
        department=bench.cast.department("market")
    )
    sheet = commands.draw_sheet(
        actor=bench.actor("citizen"), chosen=["real-estate.count"], purpose="本人查阅",
        evidence={"confirmed": "yes"}, now=bench.now,
    )  # fmt: skip
    keeper = bench.actor("reviewer")
    assert not queries.reviews(keeper, "issued", "", bench.now).rows
    assert not queries.reviews(keeper, "issued", "李", bench.now).rows
    assert queries.reviews(keeper, "issued", sheet.number.lower(), bench.now).rows == [sheet]
    page = browser(bench, "reviewer")
    assert f"/documents/{sheet.document.code}.pdf" not in page.get(f"/desk/certificates/{sheet.number}/").text
    assert page.get(f"/documents/{sheet.document.code}.pdf").status_code == 404
    assert revoke(bench, sheet, "reviewer").state == "revoked"


def test_the_page_asks_first_and_the_holder_reads_why(bench: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: bench.now)
    made, officer = bench.approved(), browser(bench, "outsider")
    address = f"/desk/certificates/{made.number}/revoke/"
    assert address in officer.get(f"/desk/certificates/{made.number}/").text
    assert made.number in officer.get("/desk/certificates/", {"show": "issued"}).text
    assert "不能恢复" in officer.get(address).text
    empty = officer.post(address, {"reason": "", "rev": made.rev})
    assert empty.status_code == 422 and CertificateRequest.objects.get().state == "issued"
    stale = officer.post(address, {"reason": WRONG, "rev": made.rev - 1})
    assert stale.status_code == 422 and WRONG in stale.text
    done = officer.post(address, {"reason": WRONG, "rev": made.rev}, follow=True)
    assert "已撤销" in done.text and WRONG in done.text and address not in done.text
    own = browser(bench, "citizen").get(f"/my/certificates/{made.number}/").text
    assert WRONG in own and "重新申请" in own
    assert officer.post(address, {"reason": WRONG}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_revoke_once(bench: Bench) -> None:
    made = bench.approved()
    actor, now = bench.actor("outsider"), bench.later(minutes=1)

    def press() -> CertificateRequest:
        return commands.revoke(actor=actor, request_id=made.pk, reason=WRONG, now=now)

    assert together(press, press) == sorted([str(made.pk), "Conflict"])
    assert CertificateRequest.objects.get().events.filter(kind="revoked").count() == 1
