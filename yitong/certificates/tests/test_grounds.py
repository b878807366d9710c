"""A department asks about somebody on his own matter, his consent or a law of the table, and on nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from yitong.certificates import commands
from yitong.certificates.commands.grounds import OWN_MATTER
from yitong.certificates.models import Verification
from yitong.certificates.tests.conftest import CITATION, LAW, Bench
from yitong.certificates.tests.test_verifying import ask, codes, reply
from yitong.consents import permissions
from yitong.consents.commands import revoke
from yitong.consents.commands.bases import save_basis
from yitong.consents.models import AccessEntry, HolderConsent
from yitong.consents.permissions import CaseFacts
from yitong.consents.queries import log_of, untouched
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.licences.holders import holder_of_person, key_of_holder
from yitong.parties.actors import Actor, system

pytestmark = pytest.mark.django_db
CASE, DRAFT = "1143990000000000001", "draft:7"


@pytest.fixture(autouse=True)
def _case(bench: Bench) -> Iterator[None]:
    """A case of 李梅 that the reviewer sees and his colleague does not."""
    keys = frozenset({key(bench)})

    def policy(actor: Actor, reference: str) -> CaseFacts | None:
        if reference not in (CASE, DRAFT) or actor.ref != bench.actor("reviewer").ref:
            return None
        return CaseFacts(bench.cast.department("market").pk, keys, frozenset({CASE, DRAFT}))

    before = permissions._policies[:]
    permissions.register_case_policy(policy)
    yield
    permissions._policies[:] = before


def key(bench: Bench, who: str = "citizen") -> bytes:
    return key_of_holder(holder_of_person(bench.cast.person(who)))


def consent(bench: Bench, **changes: Any) -> HolderConsent:
    said = {
        "holder_key": key(bench), "holder_person": bench.cast.person("citizen"), "holder_name": "李梅", "licence_ids": [1],
        "about": "居民身份证", "purpose": "核验", "receiving_department": bench.cast.department("market"), "way": "online",
        "valid_from": bench.now, "valid_until": bench.now + timedelta(days=3), "uses_granted": 2, "uses_left": 2,
        "granted_by_ref": bench.actor("citizen").ref, "granted_at": bench.now, **changes,
    }  # fmt: skip
    return HolderConsent.objects.create(**said)


def refused(bench: Bench, **changes: Any) -> str:
    with pytest.raises(Refused) as caught:
        ask(bench, **{"law": "", **changes})
    assert not Verification.objects.exists()
    (code,) = codes(caught)
    return code


def stranger(bench: Bench) -> dict[str, int]:
    return {"person_id": bench.cast.person("stranger").pk}


def test_nothing_or_words_are_no_ground(bench: Bench) -> None:
    assert refused(bench) == refused(bench, law=" ") == "no_ground"
    assert refused(bench, law="《残疾人保障法》第四十八条") == "law_does_not_allow"


def test_the_case_is_the_ground_for_its_applicant_alone(bench: Bench) -> None:
    assert refused(bench, case_number=CASE, **stranger(bench)) == "no_ground"
    made = ask(bench, law="", case_number=CASE, material_code="health")
    assert (made.case_number, made.law, made.consent_id) == (CASE, OWN_MATTER, None)
    with pytest.raises(NotAllowed):
        ask(bench, "second_reviewer", case_number=CASE, material_code="health")
    with pytest.raises(Conflict) as again:
        ask(bench, case_number=CASE, material_code="health")
    assert again.value.reason.code == "asked_already"
    reply(bench, made)
    assert ask(bench, case_number=CASE, material_code="health").state == "asked"


def test_a_law_of_the_table_is_cited_and_heeds_its_limits(bench: Bench) -> None:
    assert refused(bench, law="statutory-duty") == "no_matter", "the built-in ones need a case"
    assert refused(bench, law="statutory-duty", case_number=CASE, **stranger(bench)) == "no_matter"
    for code, limits in (
        ("others", {"departments": ["health"]}), ("reading", {"type_codes": ["1" * 21]}), ("old", {"active": False}),
    ):  # fmt: skip
        save_basis(
            actor=bench.actor("registrar"), code=code, title="核", citation="第一条", allows="核。", needs_case=False,
            now=bench.now, **limits,
        )  # fmt: skip
        assert refused(bench, law=code) == "law_does_not_allow", code
    assert ask(bench, law=LAW, **stranger(bench)).law == CITATION
    assert "第三项" in ask(bench, law="statutory-duty", case_number=CASE).law


def test_a_consent_is_the_holders_to_this_department_and_in_force(bench: Bench) -> None:
    cast = bench.cast
    assert refused(bench, consent_id=5) == "no_consent"
    given = consent(bench)
    assert refused(bench, consent_id=given.pk, **stranger(bench)) == "no_consent"
    assert refused(bench, consent_id=consent(bench, receiving_department=cast.department("health")).pk) == "no_consent"
    assert refused(bench, consent_id=consent(bench, case_number="4302").pk) == "no_consent"
    assert refused(bench, consent_id=consent(bench, uses_left=0).pk) == "consent_used_up"
    short = consent(bench, valid_until=bench.now + timedelta(seconds=1))
    assert refused(bench, consent_id=short.pk) == "consent_expired"
    back = consent(bench)
    revoke(actor=bench.actor("citizen"), consent_id=back.pk, now=bench.now)
    assert refused(bench, consent_id=back.pk) == "consent_revoked"
    made = ask(bench, law="", consent_id=given.pk)
    assert (made.consent_id, made.law) == (given.pk, "")
    drafted = consent(bench, case_number=DRAFT)
    assert ask(bench, law="", consent_id=drafted.pk, case_number=CASE).consent_id == drafted.pk


def test_a_request_is_the_ground_while_it_is_open(bench: Bench) -> None:
    mine = bench.request("firm_compliance", purpose="投标", enterprise_id=bench.cast.enterprise().pk)
    assert ask(bench, law="", person_id=None, request_id=mine.pk).law == OWN_MATTER
    commands.withdraw(actor=bench.actor("citizen"), request_id=mine.pk, now=bench.later(minutes=1))
    with pytest.raises(Refused) as caught:
        ask(bench, law="", person_id=None, request_id=mine.pk)
    assert codes(caught) == {"no_ground"}


def test_a_visit_at_the_window_is_the_ground_while_it_lasts(bench: Bench) -> None:
    window = bench.window()
    assert refused(bench, who="clerk", case_number=window.number, **stranger(bench)) == "no_ground"
    assert ask(bench, "clerk", law="", case_number=window.number).case_number == window.number
    bench.later(minutes=31)
    with pytest.raises(NotAllowed):
        ask(bench, "clerk", law="", case_number=window.number)


def test_the_platform_names_a_citation_or_a_consent(bench: Bench) -> None:
    said: dict[str, Any] = {
        "actor": system("cases"), "asking_department_id": bench.cast.department("market").pk, "case_number": "4302",
        "department_id": bench.cast.department("health").pk, "person_id": bench.cast.person("citizen").pk,
        "fact": "体检合格", "purpose": "审查", "material_code": "health", "now": bench.now,
    }  # fmt: skip
    for ground, code in (({}, "no_ground"), ({"consent_id": 1}, "no_consent")):
        with pytest.raises(Refused) as caught:
            commands.ask_department(**said, **ground)
        assert codes(caught) == {code}
    given = consent(bench, case_number="4302")
    assert commands.ask_department(**said, consent_id=given.pk).consent_id == given.pk


def test_a_question_spends_one_use_and_stands_in_the_holders_log(bench: Bench) -> None:
    given = consent(bench, uses_left=1)
    made = ask(bench, law="", consent_id=given.pk, case_number=CASE, purpose="核" * 200)
    given.refresh_from_db()
    assert given.uses_left == 0
    look = log_of(bench.actor("citizen")).get()
    assert (look.consent, look.register, look.case_number) == (given, "dept:health", CASE)
    assert (look.department_name, look.actor_name, look.within_case) == (
        made.asking_department.name,
        made.asked_by_name,
        True,
    )
    assert look.purpose == "核" * 100 and made.department.name in look.licence_name
    assert untouched(look)
    with pytest.raises(Refused) as again:
        ask(bench, law="", consent_id=given.pk, material_code="more")
    assert codes(again) == {"consent_used_up"} and AccessEntry.objects.count() == Verification.objects.count() == 1


def test_a_question_that_is_not_asked_spends_nothing(bench: Bench) -> None:
    given = consent(bench)
    ask(bench, law="", consent_id=given.pk, case_number=CASE, material_code="health")
    with pytest.raises(Conflict):
        ask(bench, law="", consent_id=given.pk, case_number=CASE, material_code="health")
    given.refresh_from_db()
    assert given.uses_left == 1 and AccessEntry.objects.count() == 1


def test_a_question_of_the_platform_is_logged_as_the_asking_departments(bench: Bench) -> None:
    given, market = consent(bench), bench.cast.department("market")
    commands.ask_department(
        actor=system("cases"), asking_department_id=market.pk, department_id=bench.cast.department("health").pk,
        person_id=bench.cast.person("citizen").pk, fact="体检合格", purpose="审查", consent_id=given.pk, now=bench.now,
    )  # fmt: skip
    assert AccessEntry.objects.get().department_name == market.name
