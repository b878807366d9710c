"""A case in any state, through the commands alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast
from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.commands import Applicant
from yitong.cases.models import Case, CaseEvent, CaseStep
from yitong.cases.queries import replayed
from yitong.cases.rules.clock_replay import CaseDues
from yitong.cases.tests.items import item
from yitong.catalog.queries.items import PublishedItem
from yitong.documents.commands.uploads import store
from yitong.parties.actors import Actor

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000"
    "000049454e44ae426082"
)
ANSWERS = {"scope": "retail"}
FORM = {"shop": "李梅小吃店", "phone": "13800000001", "address": "春风路8号"}


@dataclass
class Office:
    """The cast at work on one item. ``now`` moves on by a minute with every act."""

    cast: Cast
    item: PublishedItem
    now: datetime

    def actor(self, name: str) -> Actor:
        return self.cast.actor(name, self.now)

    def later(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        return self.now

    def do(self, command: Callable[..., Any], who: str, case: Case, **arguments: Any) -> Case:
        """Run ``command`` as ``who`` and check what every command must leave behind."""
        self.later(minutes=1)
        entries, seen = Entry.objects.count(), list(CaseEvent.objects.filter(case=case).values_list("id", flat=True))
        command(actor=self.actor(who), case_id=case.pk, now=self.now, **arguments)
        fresh = Case.objects.get(pk=case.pk)
        check_clock(fresh)
        check_events(fresh, seen)
        own = Entry.objects.filter(tag__startswith="cases:").count()
        assert Entry.objects.count() >= entries + 1 and own >= 1
        return fresh

    def upload(self, who: str, name: str = "材料.png") -> int:
        return store(
            upload=SimpleUploadedFile(name, PNG, "image/png"),
            actor=self.actor(who),
            purpose="cases:material",
            accept=("png", "jpg", "pdf"),
            max_mb=5,
            now=self.now,
        ).pk

    def draft(self, who: str = "citizen", materials: tuple[str, ...] = ("application", "layout", "rules")) -> Case:
        applicant = Applicant(person_id=self.cast.person(who).pk)
        case = commands.start_draft(
            actor=self.actor(who), item_code=self.item.implementation_code, applicant=applicant, now=self.now
        )
        for save, value in ((commands.save_answers, ANSWERS), (commands.save_form, FORM)):
            save(actor=self.actor(who), case_id=case.pk, now=self.now, **{save.__name__.removeprefix("save_"): value})
        for code in materials:
            commands.attach_material(
                actor=self.actor(who),
                case_id=case.pk,
                material_code=code,
                stored_file_id=self.upload(who, f"{code}.png"),
                now=self.now,
            )
        return Case.objects.get(pk=case.pk)

    def submitted(self, **options: Any) -> Case:
        return self.do(commands.submit, "citizen", self.draft(**options))

    def accepted(self) -> Case:
        return self.do(commands.accept, "accepter", self.submitted())

    def step(self, case: Case, code: str) -> CaseStep:
        return CaseStep.objects.get(case=case, code=code)

    def deciding(self) -> Case:
        case = self.accepted()
        agree = {"opinion": "agree", "text": ""}
        case = self.do(commands.complete_step, "reviewer", case, step_id=self.step(case, "review").pk, **agree)
        officers = [self.cast.staff_member("reviewer").pk, self.cast.staff_member("second_reviewer").pk]
        site = self.step(case, "site").pk
        case = self.do(
            commands.record_site_check,
            "reviewer",
            case,
            step_id=site,
            officer_ids=officers,
            findings="场所与图纸一致。",
        )
        case = self.do(commands.complete_step, "reviewer", case, step_id=site, **agree)
        return self.do(commands.complete_step, "outsider", case, step_id=self.step(case, "health").pk, **agree)

    def granted(self) -> Case:
        return self.do(commands.decide, "chief", self.deciding(), outcome="granted")


def check_clock(case: Case) -> None:
    """What is stored is what the events give, after every command."""
    found = replayed(case)
    if found is None:
        assert case.statutory_due_at is None and case.committed_due_at is None
        return
    for name in CaseDues.__slots__:
        if name != "suspended" or case.state in ("accepted", "deciding"):
            assert getattr(case, name) == getattr(found, name), name


def check_events(case: Case, before: list[int]) -> None:
    events = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, case.event_count + 1))
    assert all(a.at <= b.at for a, b in pairwise(events))
    assert [event.pk for event in events][: len(before)] == before


@pytest.fixture
def office(cast: Cast, settings: Any, tmp_path: Any) -> Office:
    settings.MEDIA_ROOT = tmp_path
    return Office(cast, item(cast.department("market").pk, cast.now), cast.now)
