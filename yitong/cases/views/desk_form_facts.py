"""What the forms of one case offer to choose from."""

from __future__ import annotations

from datetime import date, datetime

from yitong.cases import queries
from yitong.cases.forms.desk_base import Choices, FormFacts
from yitong.cases.models import Case
from yitong.cases.queries.marks import marks
from yitong.cases.queries.parts import CaseParts
from yitong.cases.rules.deadlines import local_date
from yitong.cases.views.desk_detail import CaseFile, current_materials, lost_words
from yitong.catalog.queries.items import version
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import forms as catalog_forms
from yitong.catalog.rules.scenarios import selected
from yitong.parties.actors import Actor
from yitong.parties.queries import organisation
from yitong.parties.roles import Role


def form_facts(case: Case, actor: Actor, now: datetime, file: CaseFile | None = None) -> FormFacts:
    """``file``: the rows when the page has read them already."""
    if file is None:
        file = CaseFile(case, queries.parts(case), marks(case))
    record, parts, today = version(case.version_id).record, file.parts, local_date(now)
    selection = selected(record, case.answers, case.form)
    offer, wish = case.provisional_offer or {}, case.delivery_wish or {}
    handlers = {str(staff.pk): staff.name for staff in organisation.handlers_in(case.department_id, today)}
    return FormFacts(
        rev=case.rev,
        item=case.item_name,
        applicant=case.applicant_name,
        today=today,
        materials=tuple((material.code, material.name) for material in selection.materials),
        provisional=_promised(record, parts, offer.get("materials", ())),
        promised_on=date.fromisoformat(offer["promised_on"]) if offer.get("promised_on") else None,
        promised_until=parts.provisional.promised_on if parts.provisional else None,
        fields=tuple((view.name, view.title) for view in catalog_forms.fields(record, selection)),
        open_steps=_steps(parts, actor, "open"),
        site_steps=_steps(parts, actor, "open", kind="site_check"),
        steps=tuple((str(step.pk), step.name) for step in parts.steps if step.state == "done"),
        colleagues=_colleagues(case, handlers),
        officers=_officers(actor, handlers),
        special_kinds=record.special_procedures,
        extension_limit=case.extension_limit,
        joint=case.joint,
        deliveries=record.deliveries,
        address=wish.get("address") or _address(case),
        receiver=wish.get("receiver", ""),
        method=wish.get("method", ""),
        lost=tuple((row.code, row.name, lost_words(row)) for row in current_materials(parts) if row.lost),
        due_on=case.committed_due_on,
        marks=tuple((m.code, m.problem, m.remedy) for m in file.marks.values() if m.verdict == "problem"),
    )


def _promised(record: ItemRecord, parts: CaseParts, codes: list[str]) -> Choices:
    given = {row.code for row in current_materials(parts)}
    return tuple((code, record.material(code).name) for code in codes if code not in given)


def _steps(parts: CaseParts, actor: Actor, state: str, kind: str = "") -> Choices:
    """Steps this officer's departments review; another department's are not his."""
    return tuple(
        (str(step.pk), step.name)
        for step in parts.steps
        if step.state == state and step.department_id in actor.department_ids and (not kind or step.kind == kind)
    )


def _colleagues(case: Case, handlers: dict[str, str]) -> Choices:
    return tuple((pk, name) for pk, name in handlers.items() if pk != str(case.handler_id))


def _officers(actor: Actor, handlers: dict[str, str]) -> Choices:
    """Who may go to the spot: everybody who works a post of the deciding department, and the officer himself."""
    found = dict(handlers)
    if Role.REVIEWER in actor.roles and actor.staff_id is not None:
        found.setdefault(str(actor.staff_id), actor.name)
    return tuple(found.items())


def _address(case: Case) -> str:
    applicant = case.applicant_person or case.applicant_enterprise
    return applicant.address if applicant is not None else ""
