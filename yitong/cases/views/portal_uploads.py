"""Taking files: each is checked by its content, stored, and attached; what is refused says which file and why."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from yitong.cases.commands import attach_material, remove_material
from yitong.cases.models import Case
from yitong.cases.views.portal_access import CitizenRequest
from yitong.catalog.records import Material
from yitong.documents.commands import uploads
from yitong.kernel.reasons import N_, Reason, Refused

PURPOSE = "cases:material"
MOST_FILES = 20
IMAGES = {"jpg", "jpeg", "png"}


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


def posted_id(request: CitizenRequest, name: str) -> int | None:
    """A posted row id, or None."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
