"""政务数据查询单: chosen fields of several registers on one sealed sheet, each with its source and time (DOMAIN A1.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.certificates import sources
from yitong.certificates.commands import issuing, journal
from yitong.certificates.commands.holders import holder_for, mandate_for
from yitong.certificates.commands.identity import confirmed
from yitong.certificates.commands.instant import asked_for, check_daily, count_asking, keep, lock_holder
from yitong.certificates.commands.requesting import check_purpose, new_row
from yitong.certificates.commands.windows import window_of
from yitong.certificates.models import CertificateRequest, CertificateType, WindowConsent
from yitong.certificates.permissions import require
from yitong.certificates.rules import wording
from yitong.certificates.rules.states import Way
from yitong.certificates.sources import Found, Ground
from yitong.exchange.rules.answers import ConnectorInfo, Outcome
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

MOST_SOURCES = 8
"""Registers on one sheet: asked one after another, so that more would keep people waiting."""
NO_RECORD, NO_ANSWER, NOT_SAID = "未查询到记录", "未能应答", "来源未提供"


def draw_sheet(
    *,
    actor: Actor,
    chosen: Sequence[str],
    purpose: str,
    now: datetime,
    evidence: Mapping[str, str],
    person_id: int | None = None,
    enterprise_id: int | None = None,
    window_id: int | None = None,
    channel: str = "web",
) -> CertificateRequest:
    """One sheet. ``chosen``: ``connector.field`` each. A citizen draws his own or a principal's; staff name the
    ``window_id`` of the consent.

    A register that does not answer stands on the sheet as such; Refused ``unavailable`` when none answered. The registers
    are asked outside any transaction.
    """
    require(actor, Permission.CERTIFICATE_REQUEST)
    window = window_of(actor, window_id, now) if actor.is_staff else None
    if window is not None:
        person_id, enterprise_id = window.holder_person_id, window.holder_enterprise_id
    holder, row = holder_for(actor, person_id=person_id, enterprise_id=enterprise_id)
    kind = sheet_type(holder)
    mandate_id = mandate_for(actor, holder, kind.code, now)
    purpose = check_purpose(kind, purpose)
    wanted = _wanted(holder, chosen)
    face_state = confirmed(actor, evidence)
    check_daily(kind, holder, now)
    count_asking(holder, len(wanted), now)
    ground = Ground(asked_for(kind, purpose, actor, mandate_id), window, mandate_id)
    asked = sources.current()
    answers = [
        (info, names, asked.ask(actor=actor, connector=info.code, holder=holder, ground=ground, now=now))
        for info, names in wanted
    ]
    if all(answer.outcome == Outcome.UNAVAILABLE for _, _, answer in answers):
        message = N_("None of the sources could answer just now. Try again in a few minutes.")
        raise Refused(Reason("unavailable", message, field="chosen"))
    made = new_row(kind, holder, row, actor=actor, now=now, purpose=purpose, channel=channel)
    made.face_state, made.window, made.mandate_id = face_state, window, mandate_id
    made.sources = [each.note for _, _, each in answers]
    made.outcome = Outcome.FOUND if any(each.outcome == Outcome.FOUND for _, _, each in answers) else Outcome.ABSENT
    with transaction.atomic():
        lock_holder(kind, holder)
        check_daily(kind, holder, now)
        made.number = journal.next_number("CX", now)
        lines = [line for info, names, answer in answers for line in _lines(info, names, answer)]
        issuing.make(
            made,
            id_number=holder.id_number,
            actor=actor,
            now=now,
            more={"rows": lines, "ground": _ground(made, window)},
        )
        keep(made, actor=actor, now=now)
    return made


def sheet_type(holder: Holder) -> CertificateType:
    """The type whose department draws the sheets; Refused when the city offers none."""
    rows = CertificateType.objects.select_related("department")
    found = rows.filter(way=Way.SHEET, active=True, holder_kind=holder.kind).order_by("position", "id").first()
    if found is None:
        message = N_("Data inquiry sheets are not offered here. Ask the administrator to add their type.")
        raise Refused(Reason("unknown_type", message))
    return found


def _wanted(holder: Holder, chosen: Sequence[str]) -> list[tuple[ConnectorInfo, list[str]]]:
    """The chosen fields by register, in the registers' order. Unknown ones are refused, naming them."""
    offered = {info.code: info for info in sources.current().connectors() if info.subject == holder.kind}
    known = {f"{info.code}.{name}" for info in offered.values() for name, _ in info.fields}
    strange = [each for each in chosen if each not in known]
    if strange:
        message = N_("%(names)s cannot be asked for. Choose from the list.")
        raise Refused(Reason("unknown_field", message, field="chosen", params={"names": "、".join(strange)[:200]}))
    wanted = []
    for info in offered.values():
        names = [name for name, _ in info.fields if f"{info.code}.{name}" in chosen]
        if names:
            wanted.append((info, names))
    if not wanted:
        raise Refused(Reason("nothing_chosen", N_("Choose at least one item."), field="chosen"))
    if len(wanted) > MOST_SOURCES:
        message = N_("Choose items of at most %(most)s sources for one sheet.")
        raise Refused(Reason("too_many_sources", message, field="chosen", params={"most": MOST_SOURCES}))
    return wanted


def _lines(info: ConnectorInfo, names: Sequence[str], answer: Found) -> list[dict[str, Any]]:
    labels = dict(info.fields)
    missing = {Outcome.ABSENT: NO_RECORD, Outcome.UNAVAILABLE: NO_ANSWER}.get(answer.outcome, NOT_SAID)
    return [
        {
            "label": labels[name],
            "value": wording.shown(answer.data.get(name)) or missing,
            "source": answer.name,
            "at": wording.shown(answer.at) or "—",
        }
        for name in names
    ]


def _ground(made: CertificateRequest, window: WindowConsent | None) -> str:
    if window is not None:
        act = "书面授权" if window.code_id is None else "出示亮码授权"
        return f"持有人{act}（{window.number}），窗口查询"
    if made.mandate_id is not None:
        return f"受托人{made.requested_by_name}凭授权委托书查询"
    return "本人查询" if made.holder_person_id is not None else f"经办人{made.requested_by_name}查询"
