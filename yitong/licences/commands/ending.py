"""End a licence before its term: revoke, cancel, report lost, transfer out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.documents import commands as documents
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.licences.commands.making import SHANGHAI, enter
from yitong.licences.events import LicenceEnded
from yitong.licences.models import Licence
from yitong.licences.permissions import can_report_lost, can_revoke, visible_to
from yitong.licences.rules.status import may_become
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

Status = Licence.Status
LAWS: dict[str, str] = {
    Status.REVOKED: "《中华人民共和国行政许可法》第六十九条",  # 撤销
    Status.CANCELLED: "《中华人民共和国行政许可法》第七十条",  # 注销
}
"""A loss and a transfer rest on the rules of the type itself."""
GROUNDS: dict[str, tuple[str, ...]] = {
    # 第六十九条第一款、第二款
    Status.REVOKED: (
        "行政机关工作人员滥用职权、玩忽职守作出准予行政许可决定的",
        "超越法定职权作出准予行政许可决定的",
        "违反法定程序作出准予行政许可决定的",
        "对不具备申请资格或者不符合法定条件的申请人准予行政许可的",
        "被许可人以欺骗、贿赂等不正当手段取得行政许可的",
        "依法可以撤销行政许可的其他情形",
    ),
    # 第七十条 (一)至(六)
    Status.CANCELLED: (
        "行政许可有效期届满未延续的",
        "赋予公民特定资格的行政许可，该公民死亡或者丧失行为能力的",
        "法人或者其他组织依法终止的",
        "行政许可依法被撤销、撤回，或者行政许可证件依法被吊销的",
        "因不可抗力导致行政许可事项无法实施的",
        "法律、法规规定的应当注销行政许可的其他情形",
    ),
}
"""Texts of the law's grounds, to begin the reason with."""
LONGEST_REASON = 200


@transaction.atomic
def revoke(*, licence_id: int, reason: str, actor: Actor, now: datetime, cancel: bool = False) -> Licence:
    """Revoke (撤销, 吊销) a licence, or with ``cancel`` cancel it (注销); its document verifies as revoked from now on.

    Raises NotAllowed (a licence the actor cannot see looks like none), Refused without a reason, Conflict when it has ended
    already, saying when and as what. So do the other three.
    """
    status = Status.CANCELLED if cancel else Status.REVOKED
    return _end(licence_id, status, reason, can_revoke, Permission.LICENCE_REVOKE, actor, now)


def cancel(*, licence_id: int, reason: str, actor: Actor, now: datetime) -> Licence:
    """Cancel (注销) a licence."""
    return revoke(licence_id=licence_id, reason=reason, actor=actor, now=now, cancel=True)


@transaction.atomic
def report_lost(*, licence_id: int, reason: str, actor: Actor, now: datetime) -> Licence:
    """The holder, or the keeper for him, declares a licence lost (遗失): nobody may rely on it until it is issued again."""
    return _end(licence_id, Status.LOST, reason, can_report_lost, Permission.LICENCE_VIEW, actor, now)


@transaction.atomic
def transfer_out(*, licence_id: int, reason: str, actor: Actor, now: datetime) -> Licence:
    """The register of another place keeps this licence from now on (办理转出). ``reason`` names the place."""
    return _end(licence_id, Status.TRANSFERRED, reason, can_revoke, Permission.LICENCE_REVOKE, actor, now)


def _end(
    licence_id: int,
    status: str,
    reason: str,
    policy: Callable[[Actor, Licence], bool],
    permission: Permission,
    actor: Actor,
    now: datetime,
) -> Licence:
    licence = Licence.objects.select_for_update(of=("self",)).select_related("type").filter(pk=licence_id).first()
    if licence is None or not visible_to(actor).filter(pk=licence_id).exists() or not policy(actor, licence):
        raise NotAllowed(permission)
    reason = _checked(reason, status)
    if not may_become(licence.status, status):
        raise Conflict(_ended(licence))
    licence.status, licence.updated_at = status, now
    licence.save(update_fields=["status", "updated_at"])
    enter(licence, what=status, actor=actor, now=now, reason=reason, law=LAWS.get(status, ""))
    if licence.document_id is not None:
        documents.revoke(document_id=licence.document_id, reason=reason, actor=actor, now=now)
    record(
        actor_ref=actor.ref,
        tag=f"licences:licence:{status}",
        subject=f"licence:{licence.number}",
        detail={"identifier": licence.identifier},
        now=now,
    )
    publish(
        LicenceEnded(
            licence_id=licence.pk,
            identifier=licence.identifier,
            number=licence.number,
            type_code=licence.type.code,
            status=status,
            reason=reason,
            at=now,
        )
    )
    return licence


def _checked(reason: str, status: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        message = N_("Give the reason in 1 to %(most)s characters; it is shown to the holder and to whoever verifies.")
        params = {"most": LONGEST_REASON}
        raise Refused(Reason("reason_needed", message, law=LAWS.get(status, ""), field="reason", params=params))
    return reason


_SAID = {
    Status.REVOKED: N_("%(who)s revoked this licence already (%(at)s). Nothing was changed."),
    Status.CANCELLED: N_("%(who)s cancelled this licence already (%(at)s). Nothing was changed."),
    Status.LOST: N_("%(who)s reported this licence lost already (%(at)s). Nothing was changed."),
    Status.TRANSFERRED: N_("%(who)s transferred this licence out already (%(at)s). Nothing was changed."),
    Status.SUPERSEDED: N_(
        "%(who)s put a newer version in the place of this licence already (%(at)s). Nothing was changed."
    ),
}


def _ended(licence: Licence) -> Reason:
    event = licence.events.filter(status=licence.status).order_by("id").last()
    at, who = (event.at, event.actor_name or event.actor_ref) if event else (licence.updated_at, licence.issuer_name)
    params = {"who": who, "at": at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")}
    return Reason("already_ended", _SAID[Status(licence.status)], params=params)
