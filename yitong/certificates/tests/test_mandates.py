"""Somebody asks for somebody else: with a written mandate for every matter, or as an enterprise's handler."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from yitong.audit.models import Entry
from yitong.certificates import commands
from yitong.certificates.commands.requesting import PostWish
from yitong.certificates.models import CertificateRequest
from yitong.certificates.permissions import visible_to
from yitong.certificates.queries.choices import for_whom
from yitong.certificates.tests.conftest import Bench
from yitong.exchange.permissions import BY_AGENT, OWN_RECORDS, ground_of
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.holders import holder_of_person, key_of_holder
from yitong.notifications.models import Message
from yitong.parties.commands.representation import give_mandate, name_handler, revoke_mandate
from yitong.parties.models import Mandate

pytestmark = pytest.mark.django_db


def browser(bench: Bench, who: str) -> Client:
    client = Client()
    client.force_login(bench.cast.account(who), "yitong.parties.backends.AccountBackend")
    return client


def mandate(bench: Bench, items: list[str] | None = None, **principal: int) -> Mandate:
    agent, on = bench.cast.person("stranger"), bench.now.date()
    return give_mandate(
        actor=bench.actor("citizen"), agent_name=agent.name, agent_idcard=agent.idcard, valid_from=on,
        valid_until=on + timedelta(days=30), item_codes=items, now=bench.now,
        **(principal or {"principal_person_id": bench.cast.person("citizen").pk}),
    )  # fmt: skip


def principal(bench: Bench) -> dict[str, int]:
    return {"person_id": bench.cast.person("citizen").pk}


def told(template: str, bench: Bench, who: str) -> list[Message]:
    return list(Message.objects.filter(template=template, person_id=bench.cast.person(who).pk, channel="inapp"))


def test_without_a_mandate_it_is_refused(bench: Bench) -> None:
    for ask in (
        lambda: bench.instant(who="stranger", **principal(bench)),
        lambda: bench.request(who="stranger", **principal(bench)),
        lambda: commands.draw_sheet(
            actor=bench.actor("stranger"), chosen=["real-estate.count"], purpose="本人查阅",
            evidence={"confirmed": "yes"}, now=bench.now, **principal(bench),
        ),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            ask()
    assert bench.registers.asked == [] and not CertificateRequest.objects.exists()


def test_the_agent_gets_it_and_every_record_names_him(bench: Bench) -> None:
    given = mandate(bench)
    made = bench.instant(who="stranger", **principal(bench))
    agent = bench.actor("stranger")
    assert (made.holder_name, made.requested_by_ref, made.mandate_id) == ("李梅", agent.ref, given.pk)
    assert made.document.context["holder_name"] == "李梅"
    assert f"（受托人：{agent.name}）" in bench.registers.asked[0][2]
    entry = Entry.objects.get(tag="certificates:request:issued")
    assert (entry.actor_ref, entry.detail["mandate"]) == (agent.ref, given.pk)
    assert made.events.get().actor_name == agent.name
    principal_told = told("certificate_by_agent", bench, "citizen")
    assert len(principal_told) == 1 and agent.name in str(principal_told[0].context)
    assert told("certificate_issued", bench, "stranger") and not told("certificate_by_agent", bench, "stranger")


def test_the_registers_log_names_the_ground(bench: Bench) -> None:
    given = mandate(bench)
    key = key_of_holder(holder_of_person(bench.cast.person("citizen")))

    def ground(who: str, matter: str = "") -> str | None:
        return ground_of(bench.actor(who), key, "", matter, "", bench.now)

    assert ground("citizen") == OWN_RECORDS and ground("stranger", f"mandate:{given.pk}") == BY_AGENT
    assert ground("stranger") is None, "a mandate is no ground by itself: the matter is named, and logged"
    given.scope, given.item_codes = "listed", ["000131007000"]
    given.save()
    assert ground("stranger", f"mandate:{given.pk}") is None, "one for service items covers no certificates"


def test_a_sheet_says_who_asked(bench: Bench) -> None:
    mandate(bench)
    sheet = commands.draw_sheet(
        actor=bench.actor("stranger"), chosen=["real-estate.count"], purpose="本人查阅",
        evidence={"confirmed": "yes"}, now=bench.now, **principal(bench),
    )  # fmt: skip
    assert sheet.document.context["ground"] == f"受托人{bench.actor('stranger').name}凭授权委托书查询"


def test_a_mandate_for_listed_items_covers_no_certificate(bench: Bench) -> None:
    mandate(bench, ["430121001000"])
    with pytest.raises(Refused) as refused:
        bench.instant(who="stranger", **principal(bench))
    assert refused.value.reasons[0].code == "mandate_scope"
    assert [each.how for each in for_whom(bench.actor("stranger"), bench.type("housing"), bench.now)] == ["self"]


def test_the_mandate_opens_nothing_else_and_ends(bench: Bench) -> None:
    own, given = bench.instant(), mandate(bench)
    made = bench.request(who="stranger", post=PostWish("李梅", "春风路8号"), **principal(bench))
    assert set(visible_to(bench.actor("stranger"))) == {made}, "what the principal has besides is not the agent's"
    assert set(visible_to(bench.actor("citizen"))) == {own, made}
    revoke_mandate(actor=bench.actor("citizen"), mandate_id=given.pk, now=bench.later(minutes=1))
    assert not visible_to(bench.actor("stranger")).exists()
    with pytest.raises(NotAllowed):
        commands.withdraw(actor=bench.actor("stranger"), request_id=made.pk, now=bench.now)
    with pytest.raises(NotAllowed):
        bench.instant(who="stranger", **principal(bench))
    assert commands.withdraw(actor=bench.actor("citizen"), request_id=made.pk, now=bench.now).state == "withdrawn"


def test_an_enterprises_handler_asks_and_its_representative_is_told(bench: Bench) -> None:
    bench.registers.answers["business-licence"] = {
        "founded_on": "2020-01-02", "legal_representative": "李梅", "status": "存续（在营）",
    }  # fmt: skip
    firm, handler = bench.cast.enterprise(), bench.cast.person("stranger")
    said: dict[str, Any] = {"purpose": "投标", "enterprise_id": firm.pk}
    with pytest.raises(NotAllowed):
        bench.instant("firm_registration", who="stranger", **said)
    name_handler(
        actor=bench.actor("citizen"), enterprise_id=firm.pk, name=handler.name, idcard=handler.idcard,
        valid_from=bench.now.date(), now=bench.now,
    )  # fmt: skip
    made = bench.instant("firm_registration", who="stranger", **said)
    assert made.mandate_id is None and made.requested_by_ref == bench.actor("stranger").ref
    assert len(told("certificate_by_agent", bench, "citizen")) == 1


def test_for_whom_is_chosen_on_the_page(bench: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: bench.now)
    agent, address = browser(bench, "stranger"), "/certificates/housing/"
    assert "为谁办理" not in agent.get(address).text
    mandate(bench)
    page = agent.get(address).text
    assert "为谁办理" in page and "李梅" in page and "受书面委托" in page
    said = {"purpose": "子女入学", "confirmed": "yes"}
    assert agent.post(address, said).status_code == 422
    strange = agent.post(address, {**said, "holder": "person:999999"})
    assert strange.status_code == 422 and not CertificateRequest.objects.exists()
    done = agent.post(address, {**said, "holder": f"person:{bench.cast.person('citizen').pk}"}, follow=True)
    made = CertificateRequest.objects.get()
    assert made.holder_name == "李梅" and bench.actor("stranger").name in done.text
    assert "李梅" in agent.get("/my/certificates/").text
    assert agent.get(f"/documents/{made.document.code}.pdf").status_code == 200
    assert "申请人" in browser(bench, "citizen").get(f"/my/certificates/{made.number}/").text
