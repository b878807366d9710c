"""The register at the desk: who lists, searches, exports and opens what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.kernel.reasons import NotAllowed
from yitong.licences.commands.looking import log_export, open_by_keeper
from yitong.licences.holders import key_of
from yitong.licences.models import Licence
from yitong.licences.queries import register
from yitong.licences.queries.register import Filters
from yitong.licences.types_data import BY_NAME

Grant = Callable[..., Licence]
DESK = "/desk/licences/"


@pytest.fixture
def permit(granted: Grant, cast: Cast) -> Licence:
    data = {"sex": "女", "address": "朝晖区和平路1号", "idcard": cast.person("citizen").idcard}
    return granted(type_code=BY_NAME["居住证"].code, data=data, valid_years=1)


def body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode())


def test_filters_find_by_number_holder_type_and_standing(permit: Licence, granted: Grant, cast: Cast) -> None:
    chief, on = cast.actor("chief"), NOW.date()
    food = granted(case_number="2")
    company = granted(
        case_number="3", holder_person_id=None, holder_enterprise_id=cast.enterprise().pk, holder_name="恒信"
    )

    def found(day: Any = on, **filters: str) -> list[Licence]:
        return list(register.listed(chief, register.cleaned(Filters(**filters)), day))

    assert found() == [company, food, permit]
    assert found(text=f" {food.number.lower()} ") == found(text=food.identifier) == [food]
    assert found(text=food.number[:-1]) == []
    assert found(holder=key_of("person", cast.person("citizen").idcard).hex()) == [food, permit]
    assert found(holder="no key") == []
    assert found(type_code=permit.type.code) == [permit]
    later = on.replace(year=2028)
    assert found(later, standing="expired") == [permit] and found(later, standing="valid") == [company, food]
    assert found(on.replace(year=2020), standing="not_yet") == [company, food, permit]
    assert found(standing="revoked") == [] and found(standing="nonsense") == found()


def test_pages_are_as_long_as_they_say(granted: Grant, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "PER_PAGE", 2)
    rows = [granted(case_number=f"c{number}") for number in range(5)]
    pages = [register.page_of(cast.actor("chief"), Filters(), number, NOW.date()) for number in (0, 1, 2, 3, 4)]
    assert [len(page.rows) for page in pages] == [2, 2, 2, 1, 0]
    assert [page.has_next for page in pages] == [True, True, True, False, False]
    assert pages[2].rows == [rows[2], rows[1]]


@pytest.mark.parametrize("name", ["accepter", "reviewer", "clerk", "registrar", "supervisor", "admin", "outsider"])
def test_who_keeps_no_register_gets_nothing(permit: Licence, cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.account(name))
    number = cast.person("citizen").idcard
    for page in (client.get(DESK), client.get(DESK, {"type": permit.type.code})):
        assert page.status_code == 200 and permit.number not in body(page) and "<tbody" not in body(page)
    assert client.post(f"{DESK}holder/", {"holder": number}).status_code in (403, 404)
    assert client.get(f"{DESK}export/").status_code in (403, 404)
    assert client.get(f"/my/licences/{permit.pk}/").status_code == 404
    assert client.post(f"{DESK}{permit.pk}/open/", {"purpose": "好奇看看"}).status_code == 404
    with pytest.raises(NotAllowed):
        log_export(actor=cast.actor(name), filters=Filters(), now=NOW)
    with pytest.raises(NotAllowed):
        open_by_keeper(actor=cast.actor(name), licence=permit, purpose="好奇看看", now=NOW)
    assert not Entry.objects.filter(tag__in=["licences:licence:opened", "licences:register:exported"]).exists()


def test_a_keeper_sees_sensitive_fields_only_after_saying_why(permit: Licence, cast: Cast, client: Client) -> None:
    number, address = cast.person("citizen").idcard, f"/my/licences/{permit.pk}/"
    client.force_login(cast.account("chief"))
    masked = body(client.get(address))
    assert number not in masked and "和平路" not in masked and "李梅" not in masked and "李*" in masked
    refused = client.post(f"{DESK}{permit.pk}/open/", {"purpose": " "})
    assert refused.status_code == 422 and number not in body(refused)
    opened = body(client.post(f"{DESK}{permit.pk}/open/", {"purpose": "核对补发申请"}))
    assert number in opened and "和平路" in opened
    (entry,) = Entry.objects.filter(tag="licences:licence:opened")
    assert entry.detail["purpose"] == "核对补发申请" and number not in str(entry.detail)
    assert number not in body(client.get(address)), "one look, not a lasting right"


def test_the_export_holds_no_sensitive_field_and_is_logged(
    permit: Licence, granted: Grant, cast: Cast, client: Client
) -> None:
    granted(
        case_number="2", holder_name="=HYPERLINK()", holder_person_id=None, holder_enterprise_id=cast.enterprise().pk
    )
    client.force_login(cast.account("chief"))
    whole = body(client.get(f"{DESK}export/"))
    assert whole.startswith("\ufeff") and permit.number in whole and "李*" in whole and "'=HYPERLINK()" in whole
    narrow = body(client.get(f"{DESK}export/", {"type": permit.type.code}))
    assert "性别" in narrow and "女" in narrow
    for text in (whole, narrow):
        assert cast.person("citizen").idcard not in text and "和平路" not in text and "李梅" not in text
    assert Entry.objects.filter(tag="licences:register:exported").count() == 2


def test_the_number_of_a_person_never_enters_an_address(permit: Licence, cast: Cast, client: Client) -> None:
    client.force_login(cast.account("chief"))
    number = cast.person("citizen").idcard
    found = client.post(f"{DESK}holder/", {"holder": f" {number[:6]} {number[6:].lower()}"}, follow=True)
    assert permit.number in body(found)
    assert all(number not in url for url, _ in found.redirect_chain)
    company = client.post(f"{DESK}holder/", {"holder": cast.enterprise().uscc}, follow=True)
    assert permit.number not in body(company)
    assert client.post(f"{DESK}holder/", {"holder": ""}).status_code == 302
