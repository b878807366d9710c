"""The licence library at the window: the consent there is the ground, the look is the holder's to see, callers are heeded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from yitong.certificates import commands, sources
from yitong.certificates.models import CertificateRequest, WindowConsent
from yitong.certificates.sources import Registers
from yitong.certificates.tests.conftest import Bench
from yitong.certificates.tests.test_window_code import read, show
from yitong.consents import queries as consents
from yitong.consents.commands import revoke
from yitong.consents.models import AccessEntry, HolderConsent
from yitong.kernel.reasons import Refused
from yitong.licences.models import Licence
from yitong.licences.tests.conftest import granted, media  # noqa: F401 - fixtures
from yitong.licences.types_data import BY_NAME

pytestmark = pytest.mark.django_db
CARD = BY_NAME["居民身份证"].code
STATEMENT = "兹证明{{ holder_name }}的性别为{{ sex }}。"


@pytest.fixture
def card(bench: Bench, granted: Callable[..., Licence]) -> Iterator[Licence]:  # noqa: F811
    """The identity card of 李梅, and a certificate at once that states of it the sex, and the number where that is open."""
    person = bench.cast.person("citizen")
    data = {"idcard": person.idcard, "sex": "女", "birth_on": "1990-05-20", "address": "示范市朝晖区春风路8号"}
    made = granted(type_code=CARD, data=data, case_number="1143990000000000002")
    kind = bench.type("housing")
    kind.licence_type, kind.connector, kind.statement, kind.absence = CARD, "", STATEMENT, "refuse"
    kind.fields = [{"name": "sex", "label": "性别"}, {"name": "idcard", "label": "公民身份号码"}]
    kind.save()
    with sources.using(Registers()):
        yield made


def close_to_hall(card: Licence) -> None:
    """Licences of the type are open to the market department alone."""
    card.type.callers = ["market"]
    card.type.save(update_fields=["callers"])


def drawn(bench: Bench, window: WindowConsent) -> CertificateRequest:
    return commands.issue_instant(
        actor=bench.actor("clerk"), type_code="housing", purpose="子女入学", window_id=window.pk, evidence={},
        now=bench.later(minutes=1),
    )  # fmt: skip


def labels(made: CertificateRequest) -> set[str]:
    return {line["label"] for line in made.document.context["entries"]}


def test_a_licence_answers_at_the_window_and_its_holder_reads_who_looked(bench: Bench, card: Licence) -> None:
    window = bench.window()
    made = drawn(bench, window)
    assert made.document.context["statement"] == "兹证明李梅的性别为女。" and labels(made) == {"性别"}
    assert made.sources[0]["kind"] == "library" and made.sources[0]["reference"] == card.identifier
    look = consents.log_of(bench.actor("citizen")).get()
    assert (look.case_number, look.licence_id, look.within_case) == (window.number, card.pk, True)
    assert (look.department_name, look.actor_name) == (window.department.name, "王强")
    assert look.purpose.startswith("有无房证明：子女入学")
    assert [field["name"] for field in look.fields] == ["sex"], (
        "the certificate needs no address and may not have the number"
    )
    given = HolderConsent.objects.get()
    assert (given.way, given.uses_left, given.case_number) == ("paper", 0, window.number)
    assert given.valid_until == window.valid_until and look.consent == given


@pytest.mark.parametrize("way", ["paper", "code"])
def test_sensitive_fields_are_read_where_they_were_agreed_to(bench: Bench, card: Licence, way: str) -> None:
    window = read(bench, show(bench, sensitive=True)) if way == "code" else bench.window(sensitive=True)
    assert labels(drawn(bench, window)) == {"性别", "公民身份号码"}
    assert HolderConsent.objects.get().way == way and HolderConsent.objects.get().fields == ["idcard", "sex"]


def test_what_was_not_agreed_to_is_not_certified(bench: Bench, card: Licence) -> None:
    kind = bench.type("housing")
    kind.statement, kind.fields = "{{ idcard }}", [{"name": "idcard", "label": "公民身份号码"}]
    kind.save()
    with pytest.raises(Refused) as refused:
        drawn(bench, bench.window())
    assert refused.value.reasons[0].code == "fields_not_allowed"
    assert not AccessEntry.objects.exists() and not HolderConsent.objects.exists()


def test_a_type_closed_to_the_windows_department_is_not_read_there(bench: Bench, card: Licence) -> None:
    close_to_hall(card)
    for who in ("citizen", "stranger"):  # she has one, he has none: who may not ask does not learn which
        with pytest.raises(Refused) as refused:
            drawn(bench, bench.window(who))
        assert refused.value.reasons[0].code == "not_a_caller"
    assert not AccessEntry.objects.exists() and not CertificateRequest.objects.exists()


def test_the_holder_reads_his_own_whatever_departments_it_is_open_to(bench: Bench, card: Licence) -> None:
    close_to_hall(card)
    assert labels(bench.instant()) == {"性别", "公民身份号码"}
    assert not AccessEntry.objects.exists(), "he looked at his own"


def test_one_look_is_one_consent_and_nobody_uses_it_again(bench: Bench, card: Licence) -> None:
    window = bench.window()
    drawn(bench, window)
    bench.later(minutes=2)
    drawn(bench, window)
    assert list(HolderConsent.objects.values_list("uses_left", flat=True)) == [0, 0]
    assert AccessEntry.objects.count() == 2
    revoke(actor=bench.actor("citizen"), consent_id=HolderConsent.objects.latest("id").pk, now=bench.now)


def test_a_way_nobody_knows_is_no_consent(bench: Bench, card: Licence) -> None:
    drawn(bench, bench.window())
    given = HolderConsent.objects.get()
    given.pk, given.way = None, "told"
    with pytest.raises(IntegrityError), transaction.atomic():
        given.save(force_insert=True)


def test_on_the_page(bench: Bench, card: Licence, monkeypatch: Any) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: bench.now)
    window = bench.window()
    clerk, citizen = Client(), Client()
    clerk.force_login(bench.cast.account("clerk"), "yitong.parties.backends.AccountBackend")
    citizen.force_login(bench.cast.account("citizen"), "yitong.parties.backends.AccountBackend")
    clerk.post(f"/desk/window/{window.pk}/", {"type": "housing", "purpose": "子女入学"})
    assert CertificateRequest.objects.get().window == window
    looks = citizen.get("/my/looks/").text
    assert window.number in looks and "居民身份证" in looks and window.department.name in looks
    assert "窗口签署" in citizen.get("/my/consents/?state=over").text
