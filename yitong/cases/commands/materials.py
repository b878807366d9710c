"""Materials: files and paper given for what the version asks for. What is there already: ``commands.reuse``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from yitong.cases.commands import basis
from yitong.cases.commands.journal import EventDraft, begin, finish, require
from yitong.cases.commands.notices import case_subject
from yitong.cases.models import Case, CaseMaterial, CorrectionNotice, ProvisionalItem
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.catalog.records import Material
from yitong.catalog.rules.scenarios import selected
from yitong.documents.commands.uploads import assign
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor


@transaction.atomic
def attach_material(
    *, actor: Actor, case_id: int, material_code: str, stored_file_id: int, now: datetime, rev: int | None = None
) -> Case:
    """Give an uploaded file for a material. The same file again is refused as already there.

    In a draft any material of the scenario; while correcting, those the notice names (the file replaces the old ones);
    after provisional acceptance, those promised. Only the uploader's own file (NotAllowed otherwise).
    """
    case, material, now = _open(actor, case_id, material_code, rev, now)
    stored = assign(stored_file_id=stored_file_id, subject=case_subject(case), actor=actor)
    row = CaseMaterial(source="file", stored_file_id=stored.pk)
    return _add(case, material, row, actor, now)


@transaction.atomic
def attach_paper(
    *, actor: Actor, case_id: int, material_code: str, copies: int = 1, now: datetime, rev: int | None = None
) -> Case:
    """Note that the paper was handed in at the window. Only a clerk takes paper."""
    case, material, now = _open(actor, case_id, material_code, rev, now)
    if not actor.is_staff:
        raise Refused(
            Reason("paper_at_window", N_("Paper is handed in at a window; upload a file."), field=material_code)
        )
    return _add(case, material, CaseMaterial(source="paper", copies=copies), actor, now)


@transaction.atomic
def remove_material(*, actor: Actor, case_id: int, material_id: int, now: datetime, rev: int | None = None) -> Case:
    """Take a material out of a draft; while correcting, only one added since the notice."""
    case, now = begin(Action.EDIT, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.EDIT, row_facts(case, version(case.version_id).record, actor, now))
    rows = CaseMaterial.objects.filter(case=case, pk=material_id, superseded_at=None)
    if case.state == "correcting":
        rows = rows.filter(added_at__gte=CorrectionNotice.objects.get(case=case, state="open").given_at)
    if not rows.delete()[0]:
        raise Refused(Reason("no_such_material", N_("This material is not there, or can no longer be taken out.")))
    finish(case, actor=actor, now=now, tag="cases:material:removed", events=())
    return case


def open_for(
    actor: Actor, case_id: int, codes: Sequence[str], rev: int | None, now: datetime
) -> tuple[Case, dict[str, Material], datetime]:
    """The locked case and the materials with these codes, if the case may take every one of them now.

    In a draft any material of the scenario; while correcting, those the notice names; after provisional acceptance, those
    owed; at any time before the decision one whose ground was lost.
    """
    case, now = begin(Action.EDIT, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    lost = set(_lost(case).values_list("code", flat=True)) if case.basis_lost else set()
    usual = set(codes) - lost
    if usual or case.state == "draft":
        facts = row_facts(case, record, actor, now)
        require(Action.SUPPLY_PROVISIONAL if case.provisional_open else Action.EDIT, facts)
    else:
        require(Action.REPLACE_BASIS, row_facts(case, record, actor, now))
    chosen = selected(record, case.answers, case.form)
    asked = {each.code: each for each in (*chosen.materials, *chosen.possible_materials)}
    for code in codes:
        reason = _not_wanted(case, code, asked) if code not in lost or code not in asked else None
        if reason is not None:
            raise Refused(reason)
    return case, {code: asked[code] for code in codes}, now


def _open(actor: Actor, case_id: int, code: str, rev: int | None, now: datetime) -> tuple[Case, Material, datetime]:
    case, materials, now = open_for(actor, case_id, [code], rev, now)
    return case, materials[code], now


def _not_wanted(case: Case, code: str, asked: Mapping[str, Material]) -> Reason | None:
    """Why the case does not take this material now. A query only while something is asked for or owed."""
    if code not in asked:
        message = N_("Your answers do not call for this material.")
        return Reason("material_not_asked", message, field=code or "material")
    if case.state == "correcting" and code not in _noticed(case):
        message = N_("The correction notice does not ask for this material.")
        return Reason("material_not_noticed", message, field=code)
    if case.provisional_open and not ProvisionalItem.objects.filter(case=case, code=code, supplied_at=None).exists():
        return Reason("material_not_owed", N_("This material is not owed."), field=code)
    return None


def _noticed(case: Case) -> set[str]:
    notice = CorrectionNotice.objects.get(case=case, state="open")
    return {item["material"] for item in notice.items if item.get("material")}


def _lost(case: Case) -> QuerySet[CaseMaterial]:
    return CaseMaterial.objects.filter(case=case, superseded_at=None, settled_at=None).exclude(standing="")


def make_room(case: Case, codes: Collection[str], now: datetime) -> None:
    """Take out of force what a new material of these codes replaces: what the correction named, what lost its ground."""
    current = CaseMaterial.objects.filter(case=case, code__in=codes, superseded_at=None)
    if case.state == "correcting":
        notice = CorrectionNotice.objects.get(case=case, state="open")
        current.filter(added_at__lt=notice.given_at).update(superseded_at=now)
    if case.basis_lost:
        if case.state == "draft":
            _lost(case).filter(code__in=codes).delete()
        else:
            _lost(case).filter(code__in=codes).update(superseded_at=now)


def _add(case: Case, material: Material, row: CaseMaterial, actor: Actor, now: datetime) -> Case:
    placed(row, case, material, actor, now)
    make_room(case, [material.code], now)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(Reason("already_attached", N_("This file is already there."), field=material.code)) from None
    finish_adding(case, [row], actor=actor, now=now, tag="cases:material:attached")
    return case


def placed(row: CaseMaterial, case: Case, material: Material, actor: Actor, now: datetime) -> CaseMaterial:
    """The unsaved ``row`` as a material of the case."""
    row.case, row.region_id = case, case.region_id
    row.code, row.name = material.code, material.name
    row.added_at, row.added_by_ref = now, actor.ref
    return row


def finish_adding(
    case: Case,
    rows: Sequence[CaseMaterial],
    *,
    actor: Actor,
    now: datetime,
    tag: str,
    changed: Collection[str] = (),
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write the act: an event a material from the submission on, and whether the grounds stand again."""
    events: list[EventDraft] = []
    if case.state != "draft":
        events = [("material_added", {"code": row.code, "name": row.name, "source": row.source}) for row in rows]
    columns = {*changed}
    if case.basis_lost:
        events += basis.restored(case, actor=actor, now=now)
        columns.add("basis_lost")
    codes = [row.code for row in rows]
    told = {"code": codes[0]} if len(codes) == 1 else {"codes": codes}
    finish(case, actor=actor, now=now, tag=tag, events=events, changed=columns, detail={**told, **(detail or {})})
