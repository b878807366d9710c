"""The table of laws under which a licence may be read without consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.consents.laws_data import BASES
from yitong.consents.models import LegalBasis
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

LONGEST = {"title": 80, "citation": 200, "allows": 300}
EMPTY = {
    "title": N_("Give the basis a short title."),
    "citation": N_("Cite the law: its name, article, paragraph and item."),
    "allows": N_("Say in a sentence what it allows and within which limits."),
}


def ensure_bases(now: datetime) -> int:
    """Bring the built-in provisions into the table when it is empty; returns how many were added."""
    if LegalBasis.objects.exists():
        return 0
    rows = [
        LegalBasis(
            code=d.code, title=d.title, citation=d.citation, allows=d.allows, sensitive=d.sensitive, changed_at=now
        )
        for d in BASES
    ]
    # Two processes at once: the second inserts nothing.
    return len(LegalBasis.objects.bulk_create(rows, ignore_conflicts=True))


def basis_in_force(code: str, now: datetime) -> LegalBasis | None:
    """The provision with this code, if it may be named."""
    found = LegalBasis.objects.filter(code=code, active=True).first()
    if found is None and ensure_bases(now):
        found = LegalBasis.objects.filter(code=code, active=True).first()
    return found


@transaction.atomic
def save_basis(
    *,
    actor: Actor,
    code: str,
    title: str,
    citation: str,
    allows: str,
    departments: Sequence[str] = (),
    type_codes: Sequence[str] = (),
    sensitive: bool = False,
    needs_case: bool = True,
    active: bool = True,
    now: datetime,
) -> LegalBasis:
    """Add a provision, or change the one with this code. NotAllowed; Refused with the field that is wrong."""
    if not actor.may(Permission.LICENCE_TYPE_EDIT):
        raise NotAllowed(Permission.LICENCE_TYPE_EDIT)
    texts = {"title": title.strip(), "citation": citation.strip(), "allows": allows.strip()}
    reasons = [Reason("missing", EMPTY[name], field=name) for name, text in texts.items() if not text]
    too_long = N_("At most %(most)s characters. Shorten it.")
    reasons += [
        Reason("too_long", too_long, field=name, params={"most": LONGEST[name]})
        for name, text in texts.items()
        if len(text) > LONGEST[name]
    ]
    if not code or len(code) > 40 or not all(c.isascii() and (c.islower() or c.isdigit() or c == "-") for c in code):
        text = N_("The code is 1 to 40 small letters, digits and hyphens, such as licence-inspection.")
        reasons.append(Reason("basis_code", text, field="code"))
    unknown = sorted(each for each in set(departments) if organisation.department_by_code(each) is None)
    if unknown:
        text = N_("There is no department with the code %(codes)s.")
        reasons.append(Reason("no_department", text, field="departments", params={"codes": ", ".join(unknown)}))
    if reasons:
        raise Refused(*reasons)
    basis, _ = LegalBasis.objects.update_or_create(
        code=code,
        defaults={
            **texts,
            "departments": sorted(set(departments)),
            "type_codes": sorted(set(type_codes)),
            "sensitive": sensitive,
            "needs_case": needs_case,
            "active": active,
            "changed_at": now,
        },
    )
    record(
        actor_ref=actor.ref,
        tag="consents:basis:saved",
        subject=f"legal-basis:{code}",
        detail={"citation": basis.citation, "active": active, "sensitive": sensitive, "needs_case": needs_case},
        now=now,
    )
    return basis
