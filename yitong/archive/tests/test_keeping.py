"""What a case leaves behind: kept with agreement, for its term, and forgotten after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from yitong.archive import commands, permissions, queries
from yitong.archive.commands import CaseMaterial
from yitong.archive.models import ArchivedFile, KeepingConsent
from yitong.archive.tests.conftest import CASE, OTHER_CASE
from yitong.archive.tests.shorthand import LATER, WORKER, Added, codes, entries, fresh, reusable
from yitong.cases.tests.conftest import PNG
from yitong.documents import storage
from yitong.documents.models import StoredFile
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.rules.holders import Holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(cast: Cast, mine: Holder) -> Callable[..., list[ArchivedFile]]:
    def make(names: tuple[str, ...] = ("居民身份证复印件", "体检报告"), **changes: Any) -> list[ArchivedFile]:
        materials = []
        for name in names:
            stored = StoredFile.objects.create(
                sha256=storage.current().put([PNG + name.encode()]).sha256,
                size=len(PNG),
                content_type="image/png",
                original_name=f"{name}.png",
                purpose="cases:material",
                subject="case:1",
                uploaded_by=cast.actor("citizen").ref,
                uploaded_at=NOW,
            )
            materials.append(CaseMaterial(name, stored.pk))
        told: dict[str, Any] = {
            "actor": WORKER,
            "holder": mine,
            "case_number": CASE,
            "item_type": "01",
            "decided": True,
            "closed_on": date(2026, 9, 24),
            "materials": materials,
            "now": NOW,
            **changes,
        }
        return commands.keep_from_case(**told)

    return make


def test_without_agreement_nothing_is_kept(keep: Callable[..., list[ArchivedFile]]) -> None:
    assert keep() == [] and not ArchivedFile.objects.exists()


def test_with_agreement_materials_are_kept_once_with_their_term(
    keep: Callable[..., list[ArchivedFile]], cast: Cast, mine: Holder
) -> None:
    for _twice in range(2):
        commands.agree_to_keeping(actor=cast.actor("citizen"), holder=mine, now=NOW)
    assert KeepingConsent.objects.count() == 1 and entries("archive:keeping:agreed") == 1
    kept = keep()
    assert [(file.paper, file.kind, file.reading) for file in kept] == [
        ("id_card", "family", "waiting"),
        ("health", "medical", "none"),
    ]
    assert {file.keep_until for file in kept} == {date(2036, 9, 24)}
    again = [CaseMaterial(file.name, file.stored_file_id) for file in kept]
    assert keep(materials=again) == []
    assert ArchivedFile.objects.count() == 2
    assert [file.name for file in reusable(mine, "体检报告")] == ["体检报告"]


def test_only_the_platform_keeps_and_only_the_owner_agrees(
    keep: Callable[..., list[ArchivedFile]], cast: Cast, mine: Holder
) -> None:
    with pytest.raises(NotAllowed):
        keep(actor=cast.actor("clerk"))
    for command in (commands.agree_to_keeping, commands.withdraw_from_keeping):
        with pytest.raises(NotAllowed):
            command(actor=cast.actor("stranger"), holder=mine, now=NOW)


def test_seen_at_the_counter_is_kept_as_verified(
    keep: Callable[..., list[ArchivedFile]], cast: Cast, mine: Holder
) -> None:
    commands.agree_to_keeping(actor=cast.actor("citizen"), holder=mine, now=NOW)
    (plain,) = keep(("学位证书",))
    seen = CaseMaterial(
        "学位证书", plain.stored_file_id, seen=True, seen_by_staff_id=cast.staff_member("王强").pk, seen_at=NOW
    )
    (file,) = keep(materials=[seen], case_number=OTHER_CASE)
    assert (file.trust, file.verified_by_id, file.paper) == ("verified", cast.staff_member("王强").pk, "school")


def test_withdrawing_forgets_what_no_law_needs_and_locks_the_rest(
    keep: Callable[..., list[ArchivedFile]], cast: Cast, mine: Holder, added: Added
) -> None:
    own = added()
    commands.agree_to_keeping(actor=cast.actor("citizen"), holder=mine, now=NOW)
    permit = keep()
    nothing_decided = keep(("申请表",), case_number=OTHER_CASE, decided=False)
    assert commands.withdraw_from_keeping(actor=cast.actor("citizen"), holder=mine, now=LATER) == (1, 2)
    assert {fresh(file).state for file in permit} == {"locked"}
    assert fresh(nothing_decided[0]).state == "deleted" and fresh(nothing_decided[0]).stored_file is None
    assert StoredFile.objects.filter(subject="case:1").count() == 3  # the cases keep their own files
    assert fresh(own).state == "kept"
    assert list(queries.listed(cast.actor("citizen"), mine)) == [own]
    assert reusable(mine, "体检报告") == []
    assert keep(("再来",)) == []
    assert entries("archive:keeping:withdrawn") == 1


def test_when_the_term_has_ended_the_locked_ones_go(
    keep: Callable[..., list[ArchivedFile]], cast: Cast, mine: Holder
) -> None:
    commands.agree_to_keeping(actor=cast.actor("citizen"), holder=mine, now=NOW)
    kept = keep()
    commands.withdraw_from_keeping(actor=cast.actor("citizen"), holder=mine, now=NOW)
    assert commands.forget_due(actor=WORKER, now=NOW.replace(year=2036), limit=100) == 0
    assert commands.forget_due(actor=WORKER, now=NOW.replace(year=2036) + timedelta(days=1), limit=100) == 2
    assert {fresh(file).state for file in kept} == {"deleted"}
    with pytest.raises(NotAllowed):
        commands.forget_due(actor=cast.actor("citizen"), now=NOW, limit=1)


def test_what_an_open_case_relies_on_stays_until_it_is_closed(
    keep: Callable[..., list[ArchivedFile]], cast: Cast, mine: Holder
) -> None:
    commands.agree_to_keeping(actor=cast.actor("citizen"), holder=mine, now=NOW)
    (file,) = keep(("体检报告",), decided=False)
    permissions.register_pending_use(lambda ids: dict.fromkeys(ids, OTHER_CASE))
    with pytest.raises(Refused) as refused:
        commands.forget(actor=cast.actor("citizen"), file_id=file.pk, now=NOW)
    assert codes(refused) == {"in_use"} and OTHER_CASE in str(refused.value)
    assert commands.withdraw_from_keeping(actor=cast.actor("citizen"), holder=mine, now=NOW) == (0, 0)
    assert commands.forget_due(actor=WORKER, now=LATER, limit=10) == 0
    permissions.register_pending_use(lambda ids: {})
    assert commands.forget_due(actor=WORKER, now=LATER, limit=10) == 1
    assert fresh(file).state == "deleted"


# --- forgetting ------------------------------------------------------------------------------------------------------
