"""Logging in: codes, passwords, lock-out, first log-in of a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOW, PASSWORD, Cast
from yitong.kernel.identifiers import idcard
from yitong.kernel.reasons import Refused
from yitong.parties.commands import sessions
from yitong.parties.models import Account, FaceCheck, OneTimeCode, Person

HERE = "192.0.2.7"
PHONE = "13800000001"
NEW = "13911112222"


def refusal(act, **values) -> str:
    with pytest.raises(Refused) as caught:
        act(**values)
    return caught.value.reasons[0].code


def ask(phone: str = PHONE, now=NOW, address: str = HERE) -> None:
    sessions.request_code(phone=phone, address=address, now=now)


def enter(code: str, phone: str = PHONE, now=NOW, address: str = HERE) -> sessions.LogIn:
    return sessions.log_in_with_code(phone=phone, code=code, address=address, now=now)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_from_the_message_logs_in_once(cast: Cast, codes, tags) -> None:
    ask("+86 138-0000-0001")
    assert enter(codes[0].code).account == cast.account("李梅")
    assert tags() == ["parties:code:requested", "parties:login:succeeded"]
    with pytest.raises(Refused) as again:
        enter(codes[0].code)
    assert again.value.reasons[0].code == "code_expired"


def test_a_code_is_kept_only_as_a_hash(cast: Cast, codes) -> None:
    ask()
    row = OneTimeCode.objects.get()
    assert codes[0].code not in row.code_hash and len(row.code_hash) == 64
    assert codes[0].code not in repr(codes[0])


def test_a_code_is_good_for_five_minutes(cast: Cast, codes) -> None:
    ask()
    late = NOW + timedelta(minutes=5)
    assert refusal(enter, code=codes[0].code, now=late) == "code_expired"
    assert enter(codes[0].code, now=late - timedelta(seconds=1)).account


def test_five_wrong_codes_use_it_up_and_lock_the_phone(cast: Cast, codes) -> None:
    ask()
    bad = wrong(codes[0].code)
    assert [refusal(enter, code=bad) for _ in range(5)] == ["code_wrong"] * 4 + ["code_exhausted"]
    assert refusal(enter, code=codes[0].code) == "locked_out"
    later = NOW + timedelta(minutes=15)
    ask(now=later)
    assert enter(codes[1].code, now=later).account


def test_a_new_code_replaces_the_old_one(cast: Cast, codes) -> None:
    ask()
    ask(now=NOW + timedelta(minutes=1))
    assert OneTimeCode.objects.filter(state="open").count() == 1
    if codes[0].code != codes[1].code:
        assert refusal(enter, code=codes[0].code, now=NOW + timedelta(minutes=2)) == "code_wrong"


def test_codes_are_limited_by_minute_hour_and_address(cast: Cast, codes) -> None:
    ask()
    assert refusal(ask, now=NOW + timedelta(seconds=59)) == "code_just_sent"
    for minute in range(1, 5):
        ask(now=NOW + timedelta(minutes=minute))
    assert refusal(ask, now=NOW + timedelta(minutes=30)) == "code_too_often"
    ask(now=NOW + timedelta(minutes=61))
    for index in range(20):
        ask(f"139{index:08d}", address="198.51.100.1")
    assert refusal(ask, phone="13700000000", address="198.51.100.1") == "code_too_often"
    ask("13700000000", address="198.51.100.2")


@pytest.mark.parametrize("phone", ["", "123", "12800000000", "1380000000a", "138000000011"])
def test_what_is_no_mobile_number_gets_no_code(cast: Cast, codes, phone: str) -> None:
    assert refusal(ask, phone=phone) == "phone_form"
    assert codes == []


def test_staff_log_in_by_password(cast: Cast, tags) -> None:
    log_in = sessions.log_in_with_password
    assert log_in(username=" WangQiang ", password=PASSWORD, address=HERE, now=NOW) == cast.account("王强")
    assert tags() == ["parties:login:succeeded"]


def test_wrong_name_and_wrong_password_are_told_alike(cast: Cast, tags) -> None:
    def why(username: str) -> str:
        with pytest.raises(Refused) as caught:
            sessions.log_in_with_password(username=username, password="wrong", address=HERE, now=NOW)
        return str(caught.value)

    assert why("wangqiang") == why("nobody")
    assert tags() == ["parties:login:failed"] * 2


def test_five_wrong_passwords_lock_for_fifteen_minutes(cast: Cast) -> None:
    def code(password: str, seconds: int) -> str | None:
        try:
            sessions.log_in_with_password(
                username="wangqiang", password=password, address=HERE, now=NOW + timedelta(seconds=seconds)
            )
        except Refused as refused:
            return refused.reasons[0].code
        return None

    assert [code("x", second) for second in range(4)] == ["password_wrong"] * 4
    assert code(PASSWORD, 4) is None, "a success clears the count"
    assert [code("x", second) for second in range(5, 10)] == ["password_wrong"] * 5
    assert code(PASSWORD, 10) == "locked_out"
    assert code(PASSWORD, 9 + 15 * 60 - 1) == "locked_out", "tries while locked do not lengthen it"
    assert code(PASSWORD, 9 + 15 * 60) is None


def test_an_address_that_tries_many_names_is_locked_but_not_its_colleagues_elsewhere(cast: Cast) -> None:
    log_in = sessions.log_in_with_password
    for index in range(20):
        assert refusal(log_in, username=f"u{index}", password="x", address=HERE, now=NOW) == "password_wrong"
    assert refusal(log_in, username="wangqiang", password=PASSWORD, address=HERE, now=NOW) == "locked_out"
    assert log_in(username="wangqiang", password=PASSWORD, address="198.51.100.9", now=NOW)


def test_a_disabled_account_can_not_log_in(cast: Cast, codes) -> None:
    Account.objects.update(state="disabled")
    log_in = sessions.log_in_with_password
    assert refusal(log_in, username="wangqiang", password=PASSWORD, address=HERE, now=NOW) == "account_disabled"
    ask()
    assert refusal(enter, code=codes[0].code) == "account_disabled"


def test_an_unknown_phone_registers_name_and_number(cast: Cast, codes, tags) -> None:
    ask(NEW)
    result = enter(codes[0].code, NEW)
    assert result.account is None
    number = idcard.compose("439902", NOW.date().replace(year=1999), 7)
    account = register(result.ticket, "赵新", number.lower())
    assert (account.person.name, account.person.idcard, account.person.sex) == ("赵新", number, "male")
    check = FaceCheck.objects.get()
    assert (check.adapter, check.result, check.person) == ("local", "passed", account.person)
    assert tags()[-2:] == ["parties:person:registered", "parties:account:opened"]
    ask(NEW, now=NOW + timedelta(minutes=2))
    assert enter(codes[1].code, NEW, now=NOW + timedelta(minutes=2)).account == account


def register(ticket: str, name: str, number: str, confirmed: str = "yes", now=NOW) -> Account:
    return sessions.register_citizen(
        ticket=ticket, name=name, idcard=number, evidence={"confirmed": confirmed}, now=now
    )


def ticket(codes, phone: str = NEW) -> str:
    ask(phone)
    return enter(codes[-1].code, phone).ticket


def test_registering_refuses_what_is_not_proved(cast: Cast, codes) -> None:
    good = ticket(codes)
    number = idcard.compose("439902", NOW.date().replace(year=1999), 7)
    taken = cast.person("李梅").idcard
    assert refusal(register, ticket="forged", name="赵新", number=number) == "ticket_expired"
    late = NOW + timedelta(minutes=16)
    assert refusal(register, ticket=good, name="赵新", number=number, now=late) == "ticket_expired"
    assert refusal(register, ticket=good, name="赵新", number=number, confirmed="no") == "face_failed"
    assert refusal(register, ticket=good, name="赵新", number=number[:-1] + "9").startswith("idcard_")
    assert refusal(register, ticket=good, name="李梅", number=taken) == "person_has_account"
    assert Person.objects.count() == 2


def test_somebody_entered_at_a_counter_logs_in_with_the_phone_given_there(cast: Cast, codes) -> None:
    number = idcard.compose("439902", NOW.date().replace(year=1970), 8)
    person = Person.objects.create(
        name="周老", idcard=number, phone=NEW, sex="female", birth_on=NOW.date().replace(year=1970), registered_at=NOW
    )
    other = ticket(codes, "13722223333")
    assert refusal(register, ticket=other, name="周老", number=number) == "person_other_phone"
    own = ticket(codes)
    assert refusal(register, ticket=own, name="周某", number=number) == "person_other_name"
    assert register(own, "周老", number).person == person


def test_another_provider_can_join(cast: Cast) -> None:
    from yitong.parties import identity

    class City:
        code = "city"

        def start(self, *, data, address, now):
            return identity.Challenge(fields=(), redirect_url="https://id.example/authorise", state="s1")

        def complete(self, *, data, address, now):
            return identity.VerifiedIdentity(self.code, cast.account("李梅").pk)

    identity.register(City())
    try:
        result = sessions.log_in(provider="city", data={"code": "c"}, address=HERE, now=NOW)
    finally:
        identity._providers.pop("city")
    assert result.account == cast.account("李梅")
    with pytest.raises(identity.UnknownProvider, match="phone_code"):
        identity.provider("nowhere")
