"""At the window with the presentation code: its scan is the consent, once and for half an hour."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from yitong.audit.models import Entry
from yitong.certificates import commands
from yitong.certificates.models import CertificateRequest, WindowConsent
from yitong.certificates.tests.conftest import Bench
from yitong.certificates.tests.test_races import together
from yitong.consents.commands import codes
from yitong.consents.models import CodeScan, PresentationCode
from yitong.consents.permissions import case_facts
from yitong.exchange.permissions import ground_of
from yitong.kernel.reasons import NotAllowed, Refused

pytestmark = pytest.mark.django_db


def show(bench: Bench, scene: str = "window", who: str = "citizen", **more: Any) -> str:
    return codes.issue_code(actor=bench.actor(who), purpose=scene, now=bench.now, **more).token


def read(bench: Bench, token: str, who: str = "clerk", **changes: Any) -> WindowConsent:
    said = {"card_checked": True, **changes}
    return commands.open_by_code(actor=bench.actor(who), token=token, now=bench.now, **said)


def refused(bench: Bench, token: str, **changes: Any) -> str:
    with pytest.raises(Refused) as caught:
        read(bench, token, **changes)
    return caught.value.reasons[0].code


def test_a_certificate_and_a_sheet_are_drawn_under_the_code(bench: Bench) -> None:
    window = read(bench, show(bench))
    assert (window.holder_name, window.scan_id, window.purpose) == ("李梅", None, "窗口开具证明、查询数据")
    common: dict[str, Any] = {"actor": bench.actor("clerk"), "window_id": window.pk, "evidence": {}, "now": bench.now}
    made = commands.issue_instant(type_code="housing", purpose="子女入学", **common)
    sheet = commands.draw_sheet(chosen=["real-estate.count"], purpose="窗口核验", **common)
    assert made.window_id == sheet.window_id == window.pk and made.face_state == "window"
    assert sheet.document.context["ground"] == f"持有人出示亮码授权（{window.number}），窗口查询"
    assert {asked[3] for asked in bench.registers.asked} == {window.number}, "the registers' log names the consent"
    facts = case_facts(bench.actor("clerk"), window.number, bench.now)
    assert facts is not None and facts.holder_keys == {bytes(window.holder_key)}
    assert case_facts(bench.actor("accepter"), window.number, bench.now) is None
    assert Entry.objects.get(tag="certificates:window:opened").detail["way"] == "code"
    assert CodeScan.objects.get().outcome == "ok"


def test_a_visit_that_is_over_opens_no_register(bench: Bench) -> None:
    window, clerk = read(bench, show(bench)), bench.actor("clerk")

    def ground() -> str | None:
        return ground_of(clerk, bytes(window.holder_key), "", window.number, "", bench.now)

    assert ground() == ""
    assert case_facts(clerk, window.number) is None, "who does not say when gets nothing of what ends"
    bench.later(minutes=30)
    assert ground() is None and case_facts(clerk, window.number, bench.now) is None


def test_a_code_is_spent_once_and_for_its_scene(bench: Bench) -> None:
    token = show(bench)
    read(bench, token)
    assert refused(bench, token) == "replay"
    assert refused(bench, show(bench, "clinic")) == "wrong_purpose"
    stale = show(bench)
    bench.later(seconds=61)
    assert refused(bench, stale) == "stale"
    assert refused(bench, "YT1.nonsense") == "forged"
    assert refused(bench, "  ") == "no_code"
    assert WindowConsent.objects.count() == 1
    assert sorted(CodeScan.objects.values_list("outcome", flat=True)) == [
        "forged", "ok", "replay", "stale", "wrong_purpose",
    ]  # fmt: skip


def test_the_card_is_looked_at_before_the_code_is_spent(bench: Bench) -> None:
    token = show(bench)
    assert refused(bench, token, card_checked=False) == "card_not_checked"
    assert read(bench, token).holder_name == "李梅"


@pytest.mark.parametrize("who", ["citizen", "stranger", "reviewer", "supervisor", "admin"])
def test_nobody_but_window_staff(bench: Bench, who: str) -> None:
    with pytest.raises(NotAllowed):
        read(bench, show(bench), who)
    assert not CodeScan.objects.exists()


def test_a_consent_is_signed_or_shown_and_never_neither(bench: Bench) -> None:
    window = read(bench, show(bench))
    window.pk, window.number, window.code_id = None, "SQ1", None
    with pytest.raises(IntegrityError), transaction.atomic():
        window.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_windows_with_one_code(bench: Bench) -> None:
    token = show(bench)

    def press() -> WindowConsent:
        return read(bench, token)

    assert len({*together(press, press)} - {"Refused"}) == 1 and WindowConsent.objects.count() == 1


def test_on_the_page(bench: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: bench.now)
    clerk = Client()
    clerk.force_login(bench.cast.account("clerk"), "yitong.parties.backends.AccountBackend")
    assert "亮码" in clerk.get("/desk/window/").text
    said = {"do": "code", "token": show(bench)}
    assert clerk.post("/desk/window/", said).status_code == 422
    opened = clerk.post("/desk/window/", {**said, "card_checked": "on"})
    window = WindowConsent.objects.get()
    assert opened["Location"] == f"/desk/window/{window.pk}/"
    clerk.post(opened["Location"], {"type": "housing", "purpose": "子女入学"})
    assert CertificateRequest.objects.get().window_id == window.pk
    again = clerk.post("/desk/window/", {**said, "card_checked": "on"})
    assert again.status_code == 422 and "使用过" in again.text
    seen = clerk.post("/desk/scan/", {"scene": "window", "token": show(bench)})
    assert seen.status_code == 200 and "李梅" in seen.text and "/desk/window/" in seen.text


def test_an_enterprises_code_opens_the_visit_of_its_handler(bench: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: bench.now)
    firm = bench.cast.enterprise()
    bench.registers.answers["business-licence"] = {"status": "在业"}
    window = read(bench, show(bench, enterprise_id=firm.pk))
    assert (window.holder_enterprise_id, window.holder_person_id, window.holder_name) == (firm.pk, None, firm.name)
    common: dict[str, Any] = {"actor": bench.actor("clerk"), "window_id": window.pk, "evidence": {}, "now": bench.now}
    sheet = commands.draw_sheet(chosen=["business-licence.status"], purpose="窗口核验", **common)
    assert sheet.holder_enterprise_id == firm.pk and bench.registers.asked[-1][1] == firm.uscc
    with pytest.raises(Refused):
        commands.draw_sheet(chosen=["real-estate.count"], purpose="窗口核验", **common)
    assert refused(bench, show(bench, enterprise_id=firm.pk), card_checked=False) == "card_not_checked"
    clerk = Client()
    clerk.force_login(bench.cast.account("clerk"), "yitong.parties.backends.AccountBackend")
    page = clerk.get(f"/desk/window/{window.pk}/").text
    assert firm.name in page and "亮码由李梅出示" in page
    seen = clerk.post("/desk/scan/", {"scene": "window", "token": show(bench, enterprise_id=firm.pk)}).text
    assert firm.name in seen and "李梅" in seen


def test_the_phone_shows_the_code_in_the_enterprises_name(bench: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: bench.now)
    phone, firm = Client(), bench.cast.enterprise()
    phone.force_login(bench.cast.account("citizen"), "yitong.parties.backends.AccountBackend")
    assert firm.name in phone.get("/my/code/?scene=window").text
    assert firm.name not in phone.get("/my/code/?scene=clinic").text
    said = {"scene": "window", "confirmed": "yes", "sensitive": "yes"}
    for strange in ("999999", "0"):
        assert phone.post("/my/code/", {**said, "firm": strange}).status_code in (403, 404)
    phone.post("/my/code/", {**said, "firm": str(firm.pk)})
    code = PresentationCode.objects.latest("id")
    assert (code.holder_enterprise_id, code.sensitive) == (firm.pk, True)
    phone.post("/my/code/", {**said, "firm": ""})
    assert PresentationCode.objects.latest("id").holder_enterprise_id is None
