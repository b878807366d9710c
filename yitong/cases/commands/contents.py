"""An officer looks at what a reused material says: only with the holder's consent, for this case, and on the record."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yitong.cases import permissions
from yitong.cases.commands.journal import CaseNotFound
from yitong.cases.commands.taking import purpose_of
from yitong.cases.models import Case, CaseMaterial, MaterialReuse
from yitong.cases.queries.parties import reference_of
from yitong.cases.rules.basis import PIPL_15
from yitong.catalog.queries.items import version
from yitong.consents import commands as consents
from yitong.consents.rules.registers import Register
from yitong.exchange import queries as exchange
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences import sealing
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

log = logging.getLogger(__name__)
NO_CONSENT = "《中华人民共和国个人信息保护法》第十三条"


@dataclass(frozen=True, slots=True)
class Contents:
    """What may be seen: ``fields`` as (label, value). ``uses_left``: of the consent, None where none is spent.

    ``closed``: labels of fields whose seal does not open; they were not seen.
    """

    name: str
    title: str
    origin: str
    as_of: date | None
    fields: tuple[tuple[str, str], ...]
    uses_left: int | None = None
    closed: tuple[str, ...] = ()


def open_contents(*, actor: Actor, case_id: int, material_id: int, now: datetime) -> Contents:
    """The contents of a licence or of a register's answer in the case. One use of the consent, one line in the holder's log.

    Raises CaseNotFound, NotAllowed; Refused when there is nothing to open, without a consent, or after it was taken back:
    then no more is shown than that it was given.
    """
    case = Case.objects.filter(pk=case_id).first()
    if case is None or not permissions.can_view(actor, case):
        raise CaseNotFound
    if not (actor.is_staff and actor.may(Permission.LICENCE_OPEN)):
        raise NotAllowed(Permission.LICENCE_OPEN)
    rows = CaseMaterial.objects.filter(case=case, superseded_at=None).select_related("reuse")
    row = rows.filter(pk=material_id).first()
    if row is None or row.source not in ("licence", "connector") or row.origin is None:
        raise Refused(
            Reason("nothing_to_open", N_("There is nothing to open here; reload the page."), field="material")
        )
    if row.standing == "consent_revoked":
        message = N_("The holder took the consent back: only that it was given may still be seen.")
        raise Refused(Reason("consent_revoked", message, PIPL_15, "material"))
    if row.origin.consent_id is None:
        message = N_("The holder has not consented to this being read. Ask him for a consent, or for the document.")
        raise Refused(Reason("no_consent", message, NO_CONSENT, "material"))
    show = _licence if row.source == "licence" else _answer
    return show(actor, case, row, row.origin.consent_id, now)


def _licence(actor: Actor, case: Case, row: CaseMaterial, consent_id: int, now: datetime) -> Contents:
    assert row.licence_id is not None  # case_material_has_its_source
    view = consents.use(
        actor=actor,
        licence_id=row.licence_id,
        consent_id=consent_id,
        case_number=reference_of(case),
        purpose=purpose_of(case),
        now=now,
    )
    face = [("持证人", view.holder_name), ("证照编号", view.number), ("发证机关", view.issuer)]
    face += [("发证日期", view.issued_on.isoformat()), ("有效期至", str(view.valid_until or "长期"))]
    fields = tuple(face) + tuple((field.label, field.value) for field in view.fields)
    closed = tuple(field.label for field in view.closed)
    return Contents(row.name, view.type_name, view.issuer, view.issued_on, fields, view.uses_left, closed)


def _answer(actor: Actor, case: Case, row: CaseMaterial, consent_id: int, now: datetime) -> Contents:
    origin: MaterialReuse = row.origin
    known = exchange.connector(version(case.version_id).record.material(row.code).connector)
    if origin.sealed is None or origin.sealed_key is None or known is None:
        raise Refused(
            Reason("nothing_to_open", N_("There is nothing to open here; reload the page."), field="material")
        )
    view = consents.use_answer(
        actor=actor,
        consent_id=consent_id,
        register=Register(
            known.code, origin.title, tuple((n, label, n in known.confidential) for n, label in known.fields)
        ),
        answer=_opened(origin.sealed, origin.sealed_key, origin.reference),
        case_number=reference_of(case),
        purpose=purpose_of(case),
        now=now,
    )
    fields = tuple((field.label, field.value) for field in view.fields)
    return Contents(row.name, origin.title, origin.origin, origin.as_of, fields, view.uses_left)


def _opened(sealed: bytes | memoryview, key_number: int, reference: str) -> dict[str, Any]:
    try:
        return sealing.unseal(sealed, key_number, reference)
    except sealing.CannotOpen as problem:
        log.error("kept answer %s: %s", reference, problem)
        message = N_("The kept answer cannot be opened any more. Tell the administrator, or ask the register again.")
        raise Refused(Reason("cannot_open", message, field="material")) from problem
