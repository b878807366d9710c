"""A presentation code is shown for a minute, for one purpose, and works once."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from yitong.audit.models import Entry
from yitong.consents.commands import codes
from yitong.consents.events import CodePresented
from yitong.consents.models import AccessEntry, CodeScan, HolderConsent, PresentationCode
from yitong.consents.permissions import scans_visible_to
from yitong.consents.tests.conftest import CASE, World
from yitong.kernel import events
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.parties.commands.face_checks import check_face

pytestmark = pytest.mark.django_db


def show(world: World, purpose: str = "hall", **changes: Any) -> codes.Issued:
    values: dict[str, Any] = {"licence_ids": [world.licence.pk, world.card.pk] if purpose == "hall" else [], **changes}
    return codes.issue_code(actor=world.actor("citizen"), purpose=purpose, **{"now": world.now, **values})


def scan(world: World, token: str, who: str = "clerk", **changes: Any) -> codes.Presented:
    values: dict[str, Any] = {"purpose": "hall", "now": world.now, **changes}
    return codes.spend(actor=world.actor(who), token=token, **values)


def refused(world: World, token: str, **changes: Any) -> str:
    with pytest.raises(Refused) as caught:
        scan(world, token, **changes)
    return caught.value.reasons[0].code


def test_a_counter_sees_the_person_the_face_check_and_what_is_offered(world: World) -> None:
    check_face(actor=world.actor("citizen"), purpose="code", evidence={"confirmed": "yes"}, now=world.now)
    seen = scan(world, show(world).token, case_number=CASE)
    assert (seen.person_name, seen.masked_idcard) == (
        "李梅",
        "439901**********" + world.cast.person("citizen").idcard[-2:],
    )
    assert seen.face.result == "passed" and not seen.face.compares
    assert {offer.name for offer in seen.offers} == {"食品经营许可证", "居民身份证"}
    assert not AccessEntry.objects.exists(), "offering is not looking"
    found = CodeScan.objects.get()
    assert (found.outcome, found.case_number, found.actor_name) == ("ok", CASE, "王强")
    assert Entry.objects.filter(tag="consents:code:accepted").count() == 1


@pytest.mark.parametrize(("hours", "shown"), [(11, "passed"), (13, "none"), (9600, "none")])
def test_a_face_check_of_another_day_is_not_shown_as_one_of_now(world: World, hours: int, shown: str) -> None:
    then = world.now - timedelta(hours=hours)
    check_face(actor=world.actor("citizen"), purpose="code", evidence={"confirmed": "yes"}, now=then)
    assert scan(world, show(world).token).face.result == shown


def test_the_code_shown_stays_the_same_until_it_is_nearly_over(world: World) -> None:
    first = show(world)
    assert show(world, now=world.now + timedelta(seconds=30)).token == first.token
    assert show(world, now=world.now + timedelta(seconds=56)).token != first.token
    assert show(world, now=world.now + timedelta(seconds=1), licence_ids=[]).token != first.token
    scan(world, first.token)
    assert PresentationCode.objects.count() == 3


def test_a_replay_is_refused_with_the_reason_and_logged(world: World) -> None:
    token = show(world).token
    scan(world, token)
    assert refused(world, token) == "replay"
    assert refused(world, token, now=world.now + timedelta(hours=1)) == "replay"
    assert list(CodeScan.objects.order_by("id").values_list("outcome", flat=True)) == ["ok", "replay", "replay"]
    assert Entry.objects.filter(tag="consents:code:refused").count() == 2


def test_a_stale_a_forged_an_unknown_and_a_code_for_another_purpose_are_refused(world: World) -> None:
    token = show(world).token
    assert refused(world, token, now=world.now + timedelta(seconds=60)) == "stale"
    assert refused(world, token[:-9] + "AAAAAAAAA") == "forged"
    assert refused(world, "YT123") == "forged"
    assert refused(world, "随便什么") == "forged"
    assert refused(world, token, purpose="hotel") == "wrong_purpose"
    assert refused(world, token, now=world.now - timedelta(minutes=1)) == "stale", "issued in the future"
    PresentationCode.objects.all().delete()
    assert refused(world, token) == "unknown"
    assert CodeScan.objects.exclude(outcome="ok").count() == 7 and not HolderConsent.objects.exists()


def test_a_refused_purpose_does_not_spend_the_code(world: World) -> None:
    token = show(world).token
    refused(world, token, purpose="hotel")
    assert scan(world, token).person_name == "李梅"


@pytest.mark.parametrize("who", ["citizen", "stranger", "supervisor", "registrar", "reviewer"])
def test_who_may_not_scan_spends_nothing(world: World, who: str) -> None:
    token = show(world).token
    with pytest.raises(NotAllowed):
        scan(world, token, who)
    with pytest.raises(NotAllowed):
        scan(world, token, "clerk", case_number="439900202609249999")
    assert not CodeScan.objects.exists() and scan(world, token).code_id


def test_only_ones_own_licences_in_force_are_offered(world: World) -> None:
    with pytest.raises(NotAllowed):
        codes.issue_code(actor=world.actor("clerk"), purpose="hall", now=world.now)
    with pytest.raises(NotAllowed):
        show(world, enterprise_id=10**9)
    for who, wrong in (("stranger", [world.licence.pk]), ("citizen", [10**9])):
        with pytest.raises(Refused):
            codes.issue_code(actor=world.actor(who), purpose="hall", licence_ids=wrong, now=world.now)
    with pytest.raises(Refused):
        show(world, "nowhere")


def test_a_counter_takes_the_chosen_licences_into_its_case_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[CodePresented] = []
    monkeypatch.setitem(events._handlers, CodePresented, [said.append])
    seen = scan(world, show(world).token, case_number=CASE)
    taken = codes.take(
        actor=world.actor("clerk"),
        code_id=seen.code_id,
        licence_ids=[world.licence.pk],
        case_number=CASE,
        now=world.now,
    )
    assert taken.consent.way == "code" and taken.consent.case_number == CASE
    assert taken.consent.receiving_department_id == world.cast.department("market").pk
    assert [(e.consent_id, e.licence_ids, e.case_number) for e in said] == [
        (taken.consent.pk, (world.licence.pk,), CASE)
    ]
    assert world.use(consent_id=taken.consent.pk).value("scope")
    with pytest.raises(Conflict):
        codes.take(
            actor=world.actor("clerk"),
            code_id=seen.code_id,
            licence_ids=[world.card.pk],
            case_number=CASE,
            now=world.now,
        )


def test_a_department_that_may_not_call_a_type_is_offered_none_and_takes_none(world: World) -> None:
    world.licence.type.callers = ["health"]
    world.licence.type.save(update_fields=["callers"])
    seen = scan(world, show(world).token, case_number=CASE)
    assert [offer.name for offer in seen.offers] == ["居民身份证"]
    again = codes.presented(actor=world.actor("clerk"), code_id=seen.code_id, now=world.now)
    assert again.offers == seen.offers
    chosen = {"actor": world.actor("clerk"), "code_id": seen.code_id, "case_number": CASE, "now": world.now}
    with pytest.raises(Refused) as caught:
        codes.take(licence_ids=[world.card.pk, world.licence.pk], **chosen)
    assert [reason.code for reason in caught.value.reasons] == ["not_a_caller"]
    assert not HolderConsent.objects.exists()
    assert codes.take(licence_ids=[world.card.pk], **chosen).licence_ids == (world.card.pk,)


def test_a_scene_reads_nothing_its_department_may_not_call(world: World) -> None:
    world.card.type.callers = ["health"]
    world.card.type.save(update_fields=["callers"])
    scan(world, show(world, "hotel", licence_ids=[world.card.pk], sensitive=True).token, purpose="hotel")
    assert not AccessEntry.objects.exists() and not HolderConsent.objects.exists()


def test_what_was_not_offered_or_scanned_by_another_or_long_ago_is_not_taken(world: World) -> None:
    seen = scan(world, show(world, licence_ids=[world.licence.pk]).token)
    with pytest.raises(Refused):
        codes.take(
            actor=world.actor("clerk"),
            code_id=seen.code_id,
            licence_ids=[world.card.pk],
            case_number=CASE,
            now=world.now,
        )
    for who, case, now in (
        ("accepter", CASE, world.now),
        ("clerk", "439900202609249999", world.now),
        ("clerk", CASE, world.now + timedelta(minutes=16)),
    ):
        with pytest.raises(NotAllowed):
            codes.take(
                actor=world.actor(who), code_id=seen.code_id, licence_ids=[world.licence.pk], case_number=case, now=now
            )
    assert not HolderConsent.objects.exists()


def test_sensitive_fields_go_along_only_when_the_holder_agreed_separately(world: World) -> None:
    for sensitive, shown in ((False, ""), (True, world.cast.person("citizen").idcard)):
        seen = scan(world, show(world, sensitive=sensitive).token)
        taken = codes.take(
            actor=world.actor("clerk"),
            code_id=seen.code_id,
            licence_ids=[world.card.pk],
            case_number=CASE,
            now=world.now,
        )
        assert world.use(licence_id=world.card.pk, consent_id=taken.consent.pk).value("idcard") == shown


def test_a_hotel_reads_name_and_number_and_the_holder_finds_that_look(world: World) -> None:
    seen = scan(world, show(world, "hotel", licence_ids=[world.card.pk], sensitive=True).token, purpose="hotel")
    assert world.cast.person("citizen").idcard in {line.value for line in seen.lines} and seen.offers == ()
    look = AccessEntry.objects.get()
    assert look.purpose == "旅馆住宿登记" and {f["name"] for f in look.fields} == {"idcard", "sex", "birth_on"}
    unwilling = scan(world, show(world, "hotel", licence_ids=[world.card.pk]).token, purpose="hotel")
    assert not unwilling.lines[0].good and AccessEntry.objects.count() == 1


def test_a_scanned_page_can_be_reloaded_by_its_scanner_for_a_quarter_of_an_hour(world: World) -> None:
    seen = scan(world, show(world).token)
    again = codes.presented(actor=world.actor("clerk"), code_id=seen.code_id, now=world.now + timedelta(minutes=14))
    assert again.offers == seen.offers
    for who, now in (("accepter", world.now), ("clerk", world.now + timedelta(minutes=15))):
        with pytest.raises(NotAllowed):
            codes.presented(actor=world.actor(who), code_id=seen.code_id, now=now)


def test_a_new_key_leaves_the_codes_on_phones_good(world: World) -> None:
    token = show(world).token
    codes.rotate_key(actor_ref="system:test", now=world.now)
    assert scan(world, token).person_name == "李梅"
    assert scan(world, show(world).token).person_name == "李梅"


def test_nobody_changes_or_deletes_a_scan_and_a_used_code_stays_used(world: World) -> None:
    scan(world, show(world).token)
    for change in (
        lambda: CodeScan.objects.update(outcome="stale"),
        lambda: CodeScan.objects.all().delete(),
        lambda: PresentationCode.objects.update(used_at=None, used_by_ref=""),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_unused_codes_are_forgotten_and_their_scans_kept(world: World) -> None:
    stale, used = show(world).token, show(world, licence_ids=[]).token
    scan(world, used)
    refused(world, stale, now=world.now + timedelta(minutes=2))
    assert codes.forget(now=world.now + timedelta(days=2)) == 1
    assert PresentationCode.objects.count() == 1 and CodeScan.objects.count() == 2


def test_who_sees_scans(world: World) -> None:
    scan(world, show(world).token)
    seen = {"citizen": 1, "stranger": 0, "clerk": 0, "supervisor": 1, "admin": 0}
    assert {who: scans_visible_to(world.actor(who)).count() for who in seen} == seen


def test_scans_are_limited(world: World, settings: Any) -> None:
    settings.YITONG_RATE_LIMITS = {**settings.YITONG_RATE_LIMITS, "code_scan": (3, 60)}
    asked = [codes.over_limit(actor=world.actor("clerk"), now=world.now) for _ in range(5)]
    assert asked == [False, False, False, True, True]
    assert not codes.over_limit(actor=world.actor("accepter"), now=world.now)
    assert not codes.over_limit(actor=world.actor("clerk"), now=world.now + timedelta(minutes=1))


@pytest.mark.django_db(transaction=True)
def test_two_scanners_with_one_code_never_both_succeed(world: World) -> None:
    """200 races here; the benchmark ``codes`` runs 10,000."""
    races = 200
    scanners = [world.actor("clerk"), world.actor("accepter")]
    tokens = [show(world, "transit", now=world.now + timedelta(minutes=n)).token for n in range(races)]
    start, won = Barrier(2), [[False] * races, [False] * races]

    def run(which: int) -> None:
        try:
            for n, token in enumerate(tokens):
                start.wait()
                try:
                    codes.spend(
                        actor=scanners[which], token=token, purpose="transit", now=world.now + timedelta(minutes=n)
                    )
                    won[which][n] = True
                except Refused as refusal:
                    assert refusal.reasons[0].code == "replay"
        finally:
            connection.close()

    threads = [Thread(target=run, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [a + b for a, b in zip(*won, strict=True)] == [1] * races
    assert CodeScan.objects.filter(outcome="ok").count() == races
    assert CodeScan.objects.filter(outcome="replay").count() == races
