"""At the counter the licences a presentation code offers become the materials they can stand for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.cases.commands.journal import CaseNotFound
from yitong.cases.commands.materials import open_for, placed
from yitong.cases.commands.reuse import write
from yitong.cases.commands.taking import Choice, Taking, face_of, purpose_of
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.permissions import visible_to
from yitong.cases.queries import reuse_sources as sources
from yitong.cases.queries.parties import reference_of
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.reuse import LICENCE
from yitong.consents import commands as consents
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


@transaction.atomic
def attach_presented(*, actor: Actor, case_id: int, licence_ids: Sequence[int], consent_id: int, now: datetime) -> Case:
    """The counter took these licences from a presentation code: each becomes the material it can stand for.

    One licence may stand for several materials of its type. Its contents are read under the consent, which logs it, where
    they fill the form. Refused when none of them fits, or when they are somebody else's than the applicant's.
    """
    if not actor.may(Permission.CASE_FILE):
        raise NotAllowed(Permission.CASE_FILE)
    case = visible_to(actor).filter(pk=case_id).select_related("applicant_person", "applicant_enterprise").first()
    if case is None:
        raise CaseNotFound
    holder, on = sources.holder_of(case), local_date(now)
    asked = sources.asked_materials(case)
    rows = {row.pk: row for row in sources.licences(holder, asked, case.department_id, on)}
    pairs = [(m, rows[pk]) for pk in licence_ids if pk in rows for m in asked if m.licence_type == rows[pk].type.code]
    if not pairs:
        message = N_("None of these licences stands for a material of this case, or they are not the applicant's.")
        raise Refused(Reason("licence_does_not_fit", message, field="licences"))
    case, materials, now = open_for(actor, case_id, [m.code for m, _ in pairs], None, now)
    takings = []
    for material, licence in pairs:
        choice = Choice(material.code, LICENCE, str(licence.pk))
        row = placed(CaseMaterial(source=LICENCE, licence_id=licence.pk), case, materials[material.code], actor, now)
        found = sources.licence_candidate(licence)
        taking = Taking(choice, material, found, row, licence.identifier, licence.issued_on, licence=licence)
        if material.fills:
            taking.data = _read_at_counter(actor, case, taking, consent_id, now)
        takings.append(taking)
    return write(case, takings, consent_id, actor, now)


def _read_at_counter(actor: Actor, case: Case, taking: Taking, consent_id: int, now: datetime) -> dict[str, Any]:
    view = consents.use(
        actor=actor,
        licence_id=taking.licence.pk,
        consent_id=consent_id,
        case_number=reference_of(case),
        purpose=purpose_of(case),
        now=now,
    )
    return {**face_of(taking.licence), **{shown.name: shown.value for shown in view.fields}}
