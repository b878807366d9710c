"""On what a question about a holder rests: his consent, a case or a request of his own, or a law of the table."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from yitong.certificates.models import CertificateRequest
from yitong.certificates.rules.states import OPEN
from yitong.consents import queries as consents
from yitong.consents.commands.bases import basis_in_force
from yitong.consents.permissions import case_facts
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.holders import key_of_holder
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import organisation
from yitong.parties.roles import Permission

NEEDED = "《中华人民共和国个人信息保护法》第十三条"
OWN_MATTER = "《中华人民共和国个人信息保护法》第十三条第一款第三项（办理持有人本人的事项所必需）"
"""The ground where the holder is the applicant of the case or of the certificate: a statutory duty cannot be done without."""


def citation(
    actor: Actor,
    holder: Holder,
    *,
    asking: int,
    case_number: str,
    served: CertificateRequest | None,
    consent_id: int | None,
    law: str,
    now: datetime,
) -> str:
    """The citation under which department ``asking`` may ask about ``holder``; empty where his consent alone allows it.

    ``law``: for staff the code of a ``LegalBasis``; for the platform itself a citation. NotAllowed for a case that is not
    the actor's to see; Refused ``no_ground``, ``no_consent``, ``law_does_not_allow``, ``no_matter``.
    """
    by_platform = actor.kind is ActorKind.SYSTEM
    facts = case_facts(actor, case_number, now)
    if case_number and facts is None and not by_platform:
        raise NotAllowed(Permission.CASE_VIEW)
    key, law = key_of_holder(holder), law.strip()
    if consent_id is not None:
        _check_consent(consent_id, key, asking, {"", case_number, *(facts.references if facts else ())})
    own = (facts is not None and key in facts.holder_keys) or (served is not None and served.state in OPEN)
    if by_platform:
        cited = law
    elif law:
        cited = _of_table(law, asking, own, now)
    else:
        cited = OWN_MATTER if own else ""
    if consent_id is None and not cited:
        message = N_(
            "Name a case or a request of the holder, his consent, or a law of the table that allows this question."
        )
        raise Refused(Reason("no_ground", message, law=NEEDED, field="law"))
    return cited


def _check_consent(consent_id: int, key: bytes, asking: int, references: Collection[str]) -> None:
    """Refused unless the holder gave this consent to this department, for this case or for any. Its use says if it stands."""
    found = consents.for_receiver(consent_id, asking)
    if found is None or bytes(found.holder_key) != key or found.case_number not in references:
        message = N_("The holder gave your department no such consent for this matter. Ask for one.")
        raise Refused(Reason("no_consent", message, law=NEEDED, field="consent"))


def _of_table(code: str, asking: int, own: bool, now: datetime) -> str:
    """The citation of the provision. One for certain types of licences is about reading those and allows no question."""
    basis, department = basis_in_force(code, now), organisation.department(asking)
    assert department is not None
    if basis is None or basis.type_codes or (basis.departments and department.code not in basis.departments):
        message = N_("This law is not in the table, or your department may not name it. Choose one of the list.")
        raise Refused(Reason("law_does_not_allow", message, law=NEEDED, field="law"))
    if basis.needs_case and not own:
        message = N_(
            "This law allows questions about the applicant of a case only. Name a case or a request of the holder."
        )
        raise Refused(Reason("no_matter", message, law=str(basis.citation), field="case_number"))
    return str(basis.citation)
