"""Materials: files, licences and paper given for what the version asks for."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from yitong.cases.commands.journal import EventDraft, begin, finish, require
from yitong.cases.commands.notices import case_subject
from yitong.cases.models import Case, CaseMaterial, CorrectionNotice, ProvisionalItem
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.catalog.records import Material
from yitong.catalog.rules.scenarios import selected
from yitong.documents.commands.uploads import assign
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.queries import visible_to as licences_visible_to
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
def attach_licence(
    *, actor: Actor, case_id: int, material_code: str, licence_id: int, now: datetime, rev: int | None = None
) -> Case:
    """Give one of the applicant's own valid e-licences in place of a material that it can replace."""
    case, material, now = _open(actor, case_id, material_code, rev, now)
    on = local_date(now)
    licence = (
        licences_visible_to(actor)
        .filter(pk=licence_id, type__code=material.licence_type, status="valid", valid_from__lte=on)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))
        .filter(holder_person=case.applicant_person_id, holder_enterprise=case.applicant_enterprise_id)
        .first()
    )
    if not material.licence_type or licence is None:
        raise Refused(
            Reason(
                "licence_does_not_fit",
                N_(
                    "This licence cannot stand for the material: it must be valid, of the right type and the applicant's."
                ),
                field=material_code,
            )
        )
    return _add(case, material, CaseMaterial(source="licence", licence_id=licence.pk), actor, now)


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


def _open(actor: Actor, case_id: int, code: str, rev: int | None, now: datetime) -> tuple[Case, Material, datetime]:
    """The locked case and the material, if the case may take it now."""
    case, now = begin(Action.EDIT, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    facts = row_facts(case, record, actor, now)
    require(Action.SUPPLY_PROVISIONAL if case.provisional_open else Action.EDIT, facts)
    chosen = selected(record, case.answers, case.form)
    material = next((m for m in (*chosen.materials, *chosen.possible_materials) if m.code == code), None)
    if material is None:
        raise Refused(
            Reason("material_not_asked", N_("Your answers do not call for this material."), field=code or "material")
        )
    if case.state == "correcting" and code not in _noticed(case):
        raise Refused(
            Reason("material_not_noticed", N_("The correction notice does not ask for this material."), field=code)
        )
    if case.provisional_open and not ProvisionalItem.objects.filter(case=case, code=code, supplied_at=None).exists():
        raise Refused(Reason("material_not_owed", N_("This material is not owed."), field=code))
    return case, material, now


def _noticed(case: Case) -> set[str]:
    notice = CorrectionNotice.objects.get(case=case, state="open")
    return {item["material"] for item in notice.items if item.get("material")}


def _add(case: Case, material: Material, row: CaseMaterial, actor: Actor, now: datetime) -> Case:
    row.case, row.region_id = case, case.region_id
    row.code, row.name = material.code, material.name
    row.added_at, row.added_by_ref = now, actor.ref
    if case.state == "correcting":
        notice = CorrectionNotice.objects.get(case=case, state="open")
        old = CaseMaterial.objects.filter(
            case=case, code=material.code, superseded_at=None, added_at__lt=notice.given_at
        )
        old.update(superseded_at=now)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(Reason("already_attached", N_("This file is already there."), field=material.code)) from None
    events: list[EventDraft] = []
    if case.state != "draft":
        events = [("material_added", {"code": material.code, "name": material.name, "source": row.source})]
    finish(case, actor=actor, now=now, tag="cases:material:attached", events=events, detail={"code": material.code})
    return case
