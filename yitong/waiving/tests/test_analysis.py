"""The analysis over real items: what is waived, reduced, remaining, and what to connect next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.catalog.commands.search_index import set_popularity
from yitong.exchange.models import Circuit, Connector
from yitong.kernel.reasons import Conflict, NotAllowed
from yitong.licences.models import Licence, LicenceType
from yitong.parties.actors import ANONYMOUS, system
from yitong.waiving.commands import count_library
from yitong.waiving.models import SourceCount
from yitong.waiving.queries import analyse, of_item
from yitong.waiving.rules.figures import Outcome, totals
from yitong.waiving.rules.next_best import Aim, ranked
from yitong.waiving.tests.catalogue import RESIDENCE, TEACHER

Publish = Callable[..., Any]
Fill = Callable[..., None]
DIPLOMA = "111000009900020121002"
LATER = NOW + timedelta(minutes=5)


def outcome_of(cast: Cast, code: str = TEACHER, assumed: frozenset[str] = frozenset()) -> Outcome:
    found = analyse(cast.actor("supervisor"), NOW, assumed)
    return next(row for row in found.outcomes if row.item.basic_code == code)


def test_a_teacher_brings_all_eight_while_the_library_is_empty(cast: Cast, publish: Publish) -> None:
    publish(TEACHER)
    row = outcome_of(cast)
    assert (row.typical, row.typical_left) == (8, 8)
    assert row.scenarios == 12 and row.scenarios_free == 0 and not row.certificate_free


def test_a_teacher_brings_one_photo_when_the_library_is_complete(cast: Cast, publish: Publish, fill: Fill) -> None:
    item = publish(TEACHER)
    fill(material.licence_type for material in item.record.materials if material.licence_type)
    row = outcome_of(cast)
    assert (row.typical, row.typical_left) == (8, 1)
    assert row.most_left == 1 and row.certificate_free and row.scenarios_free == row.scenarios == 12
    standings = of_item(item.version_id, item.department_id, NOW)
    assert [code for code, each in standings.items() if each.status == "remaining"] == ["photo"]
    assert standings["photo"].why == "own" and standings["diploma"].source == "学历证书"


def test_an_ended_or_revoked_licence_supplies_nothing(cast: Cast, publish: Publish, fill: Fill) -> None:
    item = publish(TEACHER)
    fill([DIPLOMA])
    assert of_item(item.version_id, item.department_id, NOW)["diploma"].status == "waived"
    Licence.objects.update(status="revoked")
    assert of_item(item.version_id, item.department_id, NOW)["diploma"].status == "remaining"
    Licence.objects.update(status="valid", valid_until=NOW.date() - timedelta(days=1))
    assert of_item(item.version_id, item.department_id, NOW)["diploma"].why == "empty"


def test_a_connector_in_service_waives_and_one_that_is_off_does_not(cast: Cast, publish: Publish) -> None:
    connector = Connector.objects.create(
        code="chsi", name="学信网学历", source_name="教育部", provider="http_json", url="standin:/d", subject="person",
        licence_type=DIPLOMA, created_at=NOW,
        fields=[{"name": "school", "label": "学校", "path": "s", "kind": "text"}],
    )  # fmt: skip
    Circuit.objects.create(connector=connector, changed_at=NOW)
    item = publish(TEACHER, diploma={"connector": "chsi"})
    standing = of_item(item.version_id, item.department_id, NOW)["diploma"]
    assert (standing.status, standing.why, standing.source) == ("waived", "connector", "学信网学历")
    connector.enabled, connector.disabled_reason = False, "维护"
    connector.save()
    assert of_item(item.version_id, item.department_id, NOW)["diploma"].status == "remaining"
    found = analyse(cast.actor("supervisor"), NOW)
    (candidate,) = [each for each in found.candidates() if each.key == f"type:{DIPLOMA}"]
    assert candidate.means == ("enable", "ingest") and candidate.connector == "学信网学历"


def test_a_department_the_item_names_reduces(cast: Cast, publish: Publish) -> None:
    item = publish(TEACHER, no_crime_certificate={"verifier": "market"})
    standings = of_item(item.version_id, item.department_id, NOW)
    assert (standings["no_crime_certificate"].status, standings["no_crime_certificate"].source) == (
        "reduced",
        cast.department("market").name,
    )
    row = outcome_of(cast)
    assert (row.reduced, row.typical_left) == (1, 7)


def test_a_type_only_some_departments_may_call_stays_with_the_others(cast: Cast, publish: Publish, fill: Fill) -> None:
    item = publish(TEACHER)
    fill([DIPLOMA])
    LicenceType.objects.filter(code=DIPLOMA).update(callers=["market"])
    standing = of_item(item.version_id, item.department_id, NOW)["diploma"]
    assert (standing.status, standing.why) == ("remaining", "not_caller")
    LicenceType.objects.filter(code=DIPLOMA).update(callers=["market", "health"])
    assert of_item(item.version_id, item.department_id, NOW)["diploma"].status == "waived"


def test_what_if_counts_a_source_as_connected_and_changes_nothing(cast: Cast, publish: Publish) -> None:
    publish(TEACHER)
    key = f"type:{DIPLOMA}"
    assert outcome_of(cast, assumed=frozenset({key})).typical_left == 7
    assert outcome_of(cast).typical_left == 8


def test_the_next_best_source_is_the_one_that_waives_most(cast: Cast, publish: Publish) -> None:
    teacher, residence = publish(TEACHER), publish(RESIDENCE)
    set_popularity(actor=system("tests"), counts={teacher.item_id: 100, residence.item_id: 7}, now=NOW)
    found = analyse(cast.actor("supervisor"), NOW)
    steps = ranked(found.outcomes, found.candidates(), Aim.MATERIALS)
    # The identity card is asked for twice by 居住证申领 (the guardian's) and once by 教师资格认定.
    first = steps[0].candidate
    assert first.name == "居民身份证" and (first.materials, first.items, first.cases) == (3, 2, 107)
    # Whoever takes them all, one after another, arrives where everything is connected.
    everything = frozenset(step.candidate.key for step in steps)
    after = totals(analyse(cast.actor("supervisor"), NOW, everything).outcomes)
    before = totals(found.outcomes)
    assert steps[-1].materials_sum == after.waived - before.waived
    assert steps[-1].freed_sum == after.certificate_free - before.certificate_free == 2
    assert after.issued == 0


@pytest.mark.parametrize("aim", list(Aim))
def test_each_place_in_the_order_tells_what_a_second_analysis_finds(cast: Cast, publish: Publish, aim: Aim) -> None:
    publish(TEACHER), publish(RESIDENCE)
    found = analyse(cast.actor("supervisor"), NOW)
    taken: set[str] = set()
    for step in ranked(found.outcomes, found.candidates(), aim):
        taken.add(step.candidate.key)
        sums = totals(analyse(cast.actor("supervisor"), NOW, frozenset(taken)).outcomes)
        assert (step.materials_sum, step.freed_sum) == (sums.waived, sums.certificate_free)


def test_figures_are_sums_of_the_items(cast: Cast, publish: Publish, fill: Fill) -> None:
    publish(TEACHER), publish(RESIDENCE)
    fill(["1110000099000101XD003"])
    found = analyse(cast.actor("supervisor"), NOW)
    figures = {each.code: (each.numerator, each.denominator) for each in totals(found.outcomes).figures}
    assert figures["waived"] == (3, 20) and figures["not_brought"] == (3, 20)
    assert figures["lightened"] == (2, 2) and figures["certificate_free"] == (0, 2)
    assert figures["scenarios_free"][1] == 12 + 10


def test_counts_are_kept_and_used_from_then_on(cast: Cast, publish: Publish, fill: Fill) -> None:
    item = publish(TEACHER)
    assert count_library(actor=cast.actor("registrar"), now=NOW) == 0
    fill([DIPLOMA])
    # The library is not read again until the next count.
    assert of_item(item.version_id, item.department_id, NOW)["diploma"].status == "remaining"
    assert count_library(actor=cast.actor("registrar"), now=LATER) == 1
    assert of_item(item.version_id, item.department_id, LATER)["diploma"].status == "waived"
    assert SourceCount.objects.get(type_code=DIPLOMA).number == 1
    assert analyse(cast.actor("supervisor"), LATER).held.counted_at == LATER
    assert Entry.objects.filter(tag="waiving:library:counted").count() == 2


def test_counting_twice_at_once_is_refused_in_words(cast: Cast) -> None:
    count_library(actor=cast.actor("registrar"), now=NOW)
    with pytest.raises(Conflict) as refused:
        count_library(actor=cast.actor("registrar"), now=NOW + timedelta(seconds=30))
    assert refused.value.reason.code == "just_counted"


@pytest.mark.parametrize("who", ["citizen", "clerk", "chief", "admin"])
def test_those_without_the_permission_see_nothing_and_count_nothing(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        analyse(cast.actor(who), NOW)
    with pytest.raises(NotAllowed):
        count_library(actor=cast.actor(who), now=NOW)


def test_nobody_is_not_somebody(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        analyse(ANONYMOUS, NOW)
    with pytest.raises(NotAllowed):
        count_library(actor=cast.actor("supervisor"), now=NOW)


def test_the_analysis_costs_the_same_for_one_item_and_for_two(cast: Cast, publish: Publish) -> None:
    actor = cast.actor("supervisor")
    publish(TEACHER)
    analyse(actor, NOW)
    with CaptureQueriesContext(
        connection,
    ) as one:
        analyse(actor, NOW)
    publish(RESIDENCE)
    analyse(actor, NOW)
    with CaptureQueriesContext(connection) as two:
        analyse(actor, NOW)
    assert len(one) == len(two) <= 9


def test_a_draft_has_no_standings(cast: Cast, publish: Publish) -> None:
    from yitong.catalog.commands.drafts import save_draft

    item = publish(TEACHER)
    draft = save_draft(actor=system("tests"), item_id=item.item_id, record=item.record, now=NOW)
    assert of_item(draft.pk, item.department_id, NOW) == {}
