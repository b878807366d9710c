"""The pages: every one opens for whom it is meant, keeps what was typed, and shows strangers nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from yitong.kernel.identifiers import idcard
from yitong.parties.models import (
    Absence,
    Account,
    AuthorisationLetter,
    Delegation,
    Mandate,
    OneTimeCode,
    Post,
    PostHolding,
    Staff,
    StaffRole,
)

CONSOLE = [
    "overview",
    "regions",
    "departments",
    "new_department",
    "counters",
    "new_counter",
    "staff",
    "new_staff",
    "posts",
    "letters",
    "new_letter",
    "delegations",
]


@pytest.fixture
def as_(client, cast: Cast):
    """The client, logged in as somebody of the cast."""

    def log_in(name: str):
        client.force_login(cast.account(name))
        return client

    return log_in


def url(name: str, *args) -> str:
    return reverse(f"parties:{name}", args=args)


def test_a_citizen_logs_in_by_phone_and_lands_where_he_wanted(client, cast: Cast, codes) -> None:
    profile = url("profile")
    asked = client.get(profile)
    assert asked.status_code == 302 and asked.url.startswith("/login/?next=")
    client.get(asked.url)
    assert client.post("/login/", {"phone": "138 0000 0001"}).url == "/login/code/"
    again = client.post("/login/", {"phone": "13800000001"}, follow=True)
    assert again.redirect_chain == [("/login/code/", 302)] and len(codes) == 1, "on to the code that is under way"
    refused = client.post("/login/code/", {"code": "x"})
    assert refused.status_code == 422 and "id_code_error" in refused.text
    assert client.post("/login/code/", {"code": codes[0].code}).url == profile
    page = client.get(profile)
    assert "李梅" in page.text
    assert cast.person("李梅").idcard not in page.text, "the number is masked"
    assert client.get("/api/parties/me").json()["name"] == "李梅"


def test_a_new_phone_registers_and_keeps_what_was_typed(client, cast: Cast, codes) -> None:
    client.post("/login/", {"phone": "13911112222"})
    assert client.post("/login/code/", {"code": codes[0].code}).url == "/login/register/"
    refused = client.post("/login/register/", {"name": "赵新", "idcard": "123", "confirmed": "on"})
    assert refused.status_code == 422 and 'value="赵新"' in refused.text and 'value="123"' in refused.text
    number = idcard.compose("439902", timezone.localdate().replace(year=1999, day=1), 7)
    form = {"name": "赵新", "idcard": number, "region": cast.region("town").pk}
    assert client.post("/login/register/", form).status_code == 422, "the confirmation is missing"
    assert client.post("/login/register/", form | {"confirmed": "on"}).url == "/"
    assert Account.objects.get(phone="13911112222").person.region == cast.region("town")


def test_registering_without_a_confirmed_phone_starts_over(client, db) -> None:
    assert client.get("/login/register/").url == "/login/"
    assert client.get("/login/code/").url == "/login/"


def test_log_in_never_leads_to_another_site(client, cast: Cast, codes) -> None:
    client.get("/login/?next=https://evil.example/")
    client.post("/login/", {"phone": "13800000001"})
    assert client.post("/login/code/", {"code": codes[0].code}).url == "/"


def test_staff_log_in_and_out(client, cast: Cast) -> None:
    refused = client.post("/desk/login/", {"username": "wangqiang", "password": "wrong-one"})
    assert refused.status_code == 422 and "wrong-one" not in refused.text and "wangqiang" in refused.text
    assert client.post("/desk/login/", {"username": "wangqiang", "password": PASSWORD}).url == "/office/"
    assert client.get("/api/parties/me").json()["roles"] == ["clerk"]
    assert client.get("/logout/").status_code == 405, "a link must not log out"
    client.post("/logout/")
    assert client.get("/api/parties/me").json()["kind"] == "anonymous"


def test_an_official_without_an_inbox_is_led_to_no_page_he_may_not_open(as_, client, cast: Cast) -> None:
    client.get("/desk/login/?next=https://elsewhere.example/")
    name = cast.account("registrar").username
    assert client.post("/desk/login/", {"username": name, "password": PASSWORD}, follow=True).status_code == 200
    changed = client.post("/desk/password/", {"old": PASSWORD, "new": "Another-pass-2026"})
    assert changed.status_code == 302 and client.get(changed.url, follow=True).status_code == 200


def test_changing_the_password_ends_other_sessions_only(as_, cast: Cast, client) -> None:
    other = type(client)()
    other.force_login(cast.account("王强"))
    here = as_("王强")
    answer = here.post(url("change_password"), {"old": PASSWORD, "new": "Another-pass-2026"})
    assert answer.status_code == 302
    assert here.get("/api/parties/me").json()["kind"] == "staff"
    assert other.get("/api/parties/me").json()["kind"] == "anonymous"


def test_a_disabled_account_loses_its_session(as_, cast: Cast) -> None:
    client = as_("王强")
    Account.objects.filter(pk=cast.account("王强").pk).update(state="disabled")
    assert client.get("/api/parties/me").json()["kind"] == "anonymous"


@pytest.mark.parametrize("name", CONSOLE)
def test_console_pages_open_for_the_administrator_alone(as_, cast: Cast, name: str) -> None:
    assert as_("admin").get(url(name)).status_code == 200
    assert as_("王强").get(url(name)).status_code == 404
    assert as_("李梅").get(url(name)).url.startswith("/desk/login/")


def test_staff_are_found_by_name_role_and_department(as_, cast: Cast) -> None:
    def found(**query) -> set[str]:
        page = as_("admin").get(url("staff"), query)
        return {name for name in cast.staff if f">{name}</a>" in page.text}

    assert found(q="陈") == {"陈静"}
    assert found(q="S001") == {"王强"}
    assert found(role="reviewer", department=cast.department().pk) == {"陈静", "周涛", "孙丽"}
    assert found(role="supervisor") == {"赵监察"}
    assert found(state="left") == set()
    assert found(page="999") == found() == set(cast.staff)
    assert found(department="\x00;--") == set(cast.staff)


def test_the_staff_list_takes_a_fixed_number_of_statements(as_, cast: Cast, django_assert_max_num_queries) -> None:
    client = as_("admin")
    with django_assert_max_num_queries(16):
        client.get(url("staff"))


def test_an_official_is_entered_and_equipped_on_one_page(as_, cast: Cast) -> None:
    client = as_("admin")
    form = {"number": "S900", "name": "新人", "department": cast.department().pk, "region": cast.region().pk}
    missing = client.post(url("new_staff"), form | {"department": ""})
    assert missing.status_code == 422 and 'value="新人"' in missing.text
    page = client.post(url("new_staff"), form).url
    member = Staff.objects.get(number="S900")
    assert client.get(page).status_code == 200
    assert client.post(page, {"form": "roles", "roles-roles": ["reviewer", "author"]}).status_code == 302
    assert StaffRole.objects.filter(staff=member).count() == 2
    weak = client.post(page, {"form": "account", "account-username": "xinren", "account-password": "123"})
    assert weak.status_code == 422 and 'value="xinren"' in weak.text
    client.post(page, {"form": "account", "account-username": "xinren", "account-password": PASSWORD})
    assert Account.objects.get(username="xinren").check_password(PASSWORD)
    client.post(page, {"form": "absence", "absence-from_on": "2026-12-01", "absence-until_on": "2026-12-03"})
    absence = Absence.objects.get(staff=member)
    assert (absence.until_on - absence.from_on).days == 3, "the last day is included"
    assert client.post(page, {"form": "nonsense"}).status_code == 422
    client.post(url("end_absence", member.pk, absence.pk))
    client.post(url("staff_state", member.pk), {"to": "left"})
    assert Account.objects.get(username="xinren").state == "disabled"


def test_a_post_is_made_and_seated(as_, cast: Cast) -> None:
    client = as_("admin")
    form = {"department": cast.department().pk, "name": "审查三岗", "role": "reviewer"}
    page = client.post(url("posts"), form).url
    post = Post.objects.get(name="审查三岗")
    today = timezone.localdate()
    seat = {"staff": cast.staff_member("周涛").pk, "seat": "A", "valid_from": today.isoformat()}
    assert client.post(page, seat).status_code == 302
    again = client.post(page, seat | {"seat": "B"})
    assert again.status_code == 422 and "id_staff_error" in again.text
    holding = PostHolding.objects.get(post=post)
    client.post(url("end_holding", post.pk, holding.pk))
    holding.refresh_from_db()
    assert holding.valid_until == today
    assert client.get(url("posts"), {"without_backup": "1"}).status_code == 200


def test_a_letter_is_entered_printed_and_revoked(as_, cast: Cast) -> None:
    client, today = as_("admin"), timezone.localdate()
    form = {
        "number": "示卫授〔2026〕7号",
        "department": cast.department("health").pk,
        "staff": cast.staff_member("冯卫").pk,
        "powers": ["decide", "review"],
        "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(364)).isoformat(),
        "signed_by": "主任",
    }
    assert client.post(url("new_letter"), form | {"valid_until": "2020-01-01"}).status_code == 422
    page = client.post(url("new_letter"), form).url
    text = client.get(page).text
    assert "首席代表授权委托书" in text and "审批决定权" in text and "组织协调权" not in text
    assert client.post(page, {"reason": ""}).status_code == 422
    client.post(page, {"reason": "岗位调整"})
    row = AuthorisationLetter.objects.get(number="示卫授〔2026〕7号")
    assert row.revoked_on == today and row.valid_until == today + timedelta(365)
    assert "岗位调整" in client.get(page).text
    for state in ("in_force", "expired", "revoked"):
        assert client.get(url("letters"), {"state": state}).status_code == 200


def test_an_item_is_delegated_and_taken_back(as_, cast: Cast) -> None:
    client, today = as_("admin"), timezone.localdate()
    form = {
        "item_code": "430121001000",
        "department": cast.department().pk,
        "region": cast.region("town").pk,
        "town_department": cast.department("town").pk,
        "valid_from": today.isoformat(),
    }
    assert client.post(url("delegations"), form).status_code == 302
    refused = client.post(url("delegations"), form)
    assert refused.status_code == 422 and "id_item_code_error" in refused.text
    row = Delegation.objects.get()
    assert client.get(url("withdraw_delegation", row.pk)).status_code == 200
    client.post(url("withdraw_delegation", row.pk), {"reason": "承接能力不足"})
    row.refresh_from_db()
    assert (row.valid_until, row.withdrawn_reason) == (today, "承接能力不足")
    assert "承接能力不足" in client.get(url("delegations"), {"ended": "1"}).text


def test_places_are_entered_and_changed(as_, cast: Cast) -> None:
    client = as_("admin")
    region = {"parent": cast.region("town").pk, "code": "439901001202", "name": "新村"}
    assert client.post(url("regions"), region).status_code == 302
    assert client.post(url("regions"), region).status_code == 422
    assert client.post(url("region", cast.region("town").pk), {"name": "望江新镇"}).status_code == 302
    row = cast.department("health")
    values = {"name": row.name, "uscc": row.uscc, "region": row.region_id, "phone": "0799-1"}
    assert client.post(url("department", row.pk), values | {"code": "hacked"}).status_code == 302
    row.refresh_from_db()
    assert (row.phone, row.code) == ("0799-1", "health")
    new = {"code": "C01", "name": "便民窗口", "region": cast.region("town").pk, "department": ""}
    assert client.post(url("new_counter"), new).status_code == 302


def test_a_citizen_looks_after_enterprise_and_mandates(as_, cast: Cast) -> None:
    client, stranger, today = as_("李梅"), cast.person("外人"), timezone.localdate()
    assert "恒信" in client.get(url("enterprises")).text
    page = url("enterprise", cast.enterprise().pk)
    who = {"name": stranger.name, "idcard": stranger.idcard, "valid_from": today.isoformat()}
    assert client.post(page, who | {"idcard": "1"}).status_code == 422
    assert client.post(page, who).status_code == 302
    row = cast.enterprise().handlers.get()
    assert client.post(url("end_handler", cast.enterprise().pk, row.pk)).status_code == 302
    given = {
        "agent_name": stranger.name,
        "agent_idcard": stranger.idcard,
        "item_codes": "430121001000，430121002000",
        "valid_from": today.isoformat(),
        "valid_until": today.isoformat(),
    }
    assert client.post(url("mandates"), given | {"agent_name": "别人"}).status_code == 422
    assert client.post(url("mandates"), given).status_code == 302
    mandate = Mandate.objects.get()
    assert mandate.item_codes == ["430121001000", "430121002000"] and mandate.in_force(today)
    assert "李梅" in as_("外人").get(url("mandates")).text
    assert as_("李梅").post(url("revoke_mandate", mandate.pk)).status_code == 302


def test_another_person_s_things_are_not_there(as_, cast: Cast) -> None:
    client = as_("外人")
    assert client.get(url("enterprise", cast.enterprise().pk)).status_code == 404
    assert client.get(url("enterprise", 2**62)).status_code == 404
    mandate = Mandate.objects.create(
        agent=cast.person("李梅"),
        principal_enterprise=cast.enterprise(),
        scope="all",
        valid_from=timezone.localdate(),
        valid_until=timezone.localdate() + timedelta(1),
        given_at=timezone.now(),
    )
    assert client.post(url("revoke_mandate", mandate.pk)).status_code == 404
    assert client.get(url("letter", 999_999)).url.startswith("/desk/login/")
    assert as_("admin").get(url("letter", 999_999)).status_code == 404
    assert as_("admin").get(url("staff_member", 999_999)).status_code == 404


def test_an_empty_list_says_what_to_do(as_, cast: Cast) -> None:
    assert "empty-state" in as_("外人").get(url("enterprises")).text
    assert "empty-state" in as_("admin").get(url("staff"), {"q": "无此人"}).text


def test_forms_are_guarded_against_other_sites(cast: Cast) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    assert client.post("/login/", {"phone": "13800000001"}).status_code == 403
    assert not OneTimeCode.objects.exists()
