"""For whom somebody may ask: himself, the enterprises he acts for, the principals whose mandate covers the certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yitong.certificates.commands.holders import covering
from yitong.certificates.models import CertificateType
from yitong.kernel.reasons import N_
from yitong.licences.rules.holders import PERSON
from yitong.parties.actors import Actor
from yitong.parties.queries import people

HOW_WORDS = {
    "self": N_("for myself"),
    "enterprise": N_("an enterprise I act for"),
    "mandate": N_("by written mandate"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """``value``: ``person:<id>`` or ``enterprise:<id>``. ``how``: a key of ``HOW_WORDS``."""

    value: str
    name: str
    how: str


def for_whom(actor: Actor, kind: CertificateType, now: datetime) -> list[Choice]:
    """The holders a citizen may choose for a certificate of this type, himself first; each once."""
    persons = kind.holder_kind == PERSON
    if persons:
        found = [Choice(f"person:{actor.person_id}", actor.name, "self")]
    else:
        found = [Choice(f"enterprise:{row.pk}", row.name, "enterprise") for row in people.enterprises_of(actor)]
    for mandate in covering(actor, kind.code, now):
        principal = mandate.principal_person if persons else mandate.principal_enterprise
        if principal is not None:
            found.append(Choice(f"{kind.holder_kind}:{principal.pk}", principal.name, "mandate"))
    return list({choice.value: choice for choice in reversed(found)}.values())[::-1]
