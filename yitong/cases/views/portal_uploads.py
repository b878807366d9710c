"""Taking files: each is checked by its content, stored, and attached; what is refused says which file and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from yitong.cases.commands import attach_licence, attach_material, remove_material
from yitong.cases.models import Case
from yitong.cases.views.portal_access import CitizenRequest
from yitong.catalog.records import Material
from yitong.documents.commands import uploads
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.queries import of_holder

PURPOSE = "cases:material"
MOST_FILES = 20
IMAGES = {"jpg", "jpeg", "png"}


@dataclass(frozen=True, slots=True)
class LicenceChoice:
    """One of the applicant's e-licences that can stand for the material."""

    id: int
    name: str
    number: str
    valid_until: date | None


def accept_attribute(material: Material) -> str:
    """The ``accept`` of the file field. ``image/*`` makes a phone offer its camera beside its files."""
    kinds = [f".{extension}" for extension in material.accept]
    return ",".join([*kinds, "image/*"] if IMAGES & set(material.accept) else kinds)


def take(request: CitizenRequest, case: Case, material: Material, replaces: int | None = None) -> list[Reason]:
    """Store and attach the posted ``files``; the reasons of those refused. Good ones are kept beside bad ones.

    ``replaces``: id of the file they stand for, taken out only when one of them was good. Not in a transaction: the
    quarantine row of a refused file must outlive the refusal.
    """
    files = request.FILES.getlist("files")
    if len(files) > MOST_FILES:
        message = N_("Choose at most %(most)s files at once.")
        return [Reason("too_many_files", message, field="files", params={"most": MOST_FILES})]
    reasons: list[Reason] = []
    for upload in files:
        reasons += _one(request, case, material, upload)
    if replaces is not None and len(reasons) < len(files):
        remove_material(actor=request.actor, case_id=case.pk, material_id=replaces, now=timezone.now())
    return reasons


def _one(request: CitizenRequest, case: Case, material: Material, upload: Any) -> list[Reason]:
    now = timezone.now()
    try:
        stored = uploads.store(
            upload=upload,
            actor=request.actor,
            purpose=PURPOSE,
            accept=material.accept,
            max_mb=material.max_mb,
            now=now,
        )
        attach_material(
            actor=request.actor, case_id=case.pk, material_code=material.code, stored_file_id=stored.pk, now=now
        )
    except Refused as refused:
        return [_named(upload, reason) for reason in refused.reasons]
    return []


def _named(upload: Any, reason: Reason) -> Reason:
    """The reason with the name of the file, already in the reader's language."""
    text = gettext(reason.message)
    problem = text % reason.params if reason.params else text
    name = str(getattr(upload, "name", "") or "")[:80]
    return Reason(reason.code, N_("%(file)s: %(problem)s"), field="files", params={"file": name, "problem": problem})


def use_licence(request: CitizenRequest, case: Case, material: Material) -> list[Reason]:
    """Give the chosen e-licence in place of the material."""
    chosen = request.POST.get("licence", "")
    licence_id = int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0
    try:
        attach_licence(
            actor=request.actor,
            case_id=case.pk,
            material_code=material.code,
            licence_id=licence_id,
            now=timezone.now(),
        )
    except Refused as refused:
        return [replace(reason, field="files") for reason in refused.reasons]
    return []


def licences_for(request: CitizenRequest, case: Case, material: Material) -> list[LicenceChoice]:
    """The applicant's own valid licences that can stand for the material. No query when none can."""
    if not material.licence_type:
        return []
    today = timezone.localdate()
    rows = of_holder(request.actor).filter(
        type__code=material.licence_type,
        status="valid",
        holder_person=case.applicant_person_id,
        holder_enterprise=case.applicant_enterprise_id,
    )
    return [
        LicenceChoice(row.pk, row.type.name, row.number, row.valid_until)
        for row in rows[:10]
        if row.valid_until is None or row.valid_until >= today
    ]


def posted_id(request: CitizenRequest, name: str) -> int | None:
    """A posted row id, or None."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
