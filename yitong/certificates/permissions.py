"""Who sees certificates, requests and verifications. Every list, search, export, count and API asks here."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yitong.certificates.models import CertificateRequest, CertificateType, Verification, WindowConsent
from yitong.certificates.rules.states import Way
from yitong.consents.permissions import CaseFacts
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission


def window_facts(actor: Actor, reference: str) -> CaseFacts | None:
    """The policy of ``SQ…`` numbers, which registers and the library ask: the officer who opened the window, and its holder."""
    if not reference.startswith("SQ") or actor.staff_id is None:
        return None
    found = WindowConsent.objects.filter(number=reference, staff_id=actor.staff_id).first()
    if found is None:
        return None
    return CaseFacts(found.department_id, frozenset({bytes(found.holder_key)}), frozenset({found.number}))


def require(actor: Actor, permission: Permission) -> None:
    """NotAllowed unless ``actor`` holds ``permission``."""
    if not actor.may(permission):
        raise NotAllowed(permission)


def types_for(actor: Actor) -> QuerySet[CertificateType]:
    """Types the actor may see: all for those who edit them, else those in use. What can be asked for is public."""
    rows = CertificateType.objects.select_related("department")
    return rows if actor.may(Permission.CERTIFICATE_TYPE_EDIT) else rows.filter(active=True)


def visible_to(actor: Actor) -> QuerySet[CertificateRequest]:
    """Requests and certificates: the holder's (an enterprise's: of those who act for it now), the reviewers' of the department.

    A data sheet holds what other departments know and is no reviewer's business; who drew one at a window sees it again.
    """
    rows = CertificateRequest.objects.all()
    if actor.kind is ActorKind.SYSTEM:
        return rows
    if actor.kind is ActorKind.CITIZEN:
        own = Q(holder_person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
        return rows.filter(own | Q(holder_enterprise_id__in=actor.enterprise_ids))
    if not actor.is_staff:
        return rows.none()
    scope = Q(pk__in=[])
    if actor.may(Permission.CERTIFICATE_REVIEW):
        scope |= Q(department_id__in=actor.department_ids) & ~Q(way=Way.SHEET)
    if actor.may(Permission.CERTIFICATE_REQUEST):
        scope |= Q(requested_by_ref=actor.ref)
    return rows.filter(scope)


def reviewable_by(actor: Actor) -> QuerySet[CertificateRequest]:
    """Requests the actor's department reviews."""
    rows = CertificateRequest.objects.filter(way=Way.REVIEWED)
    if actor.kind is ActorKind.SYSTEM:
        return rows
    if not (actor.is_staff and actor.may(Permission.CERTIFICATE_REVIEW)):
        return rows.none()
    return rows.filter(department_id__in=actor.department_ids)


def verifications_visible_to(actor: Actor) -> QuerySet[Verification]:
    """Verifications: of the asked department those who answer; of the asking one who asked and its reviewers; the holder."""
    rows = Verification.objects.all()
    if actor.kind is ActorKind.SYSTEM:
        return rows
    if actor.kind is ActorKind.CITIZEN:
        own = Q(holder_person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
        return rows.filter(own | Q(holder_enterprise_id__in=actor.enterprise_ids))
    if not actor.is_staff:
        return rows.none()
    scope = Q(asked_by_id=actor.staff_id) if actor.staff_id is not None else Q(pk__in=[])
    if actor.may(Permission.CERTIFICATE_ANSWER):
        scope |= Q(department_id__in=actor.department_ids)
    if actor.may(Permission.CERTIFICATE_REVIEW):
        scope |= Q(asking_department_id__in=actor.department_ids)
    return rows.filter(scope)


def answerable_by(actor: Actor) -> QuerySet[Verification]:
    """Verifications the actor's department is asked to answer."""
    rows = Verification.objects.all()
    if actor.kind is ActorKind.SYSTEM:
        return rows
    if not (actor.is_staff and actor.may(Permission.CERTIFICATE_ANSWER)):
        return rows.none()
    return rows.filter(department_id__in=actor.department_ids)


def can_ask(actor: Actor) -> bool:
    """Whether the actor may ask another department: window staff and reviewers."""
    return actor.is_staff and (actor.may(Permission.CERTIFICATE_REQUEST) or actor.may(Permission.CERTIFICATE_REVIEW))


def may_see_subject(actor: Actor, subject: str) -> bool:
    """Policy of documents and files about ``certificate:<number>``, ``verification:<number>`` and ``window:<number>``."""
    prefix, _, number = subject.partition(":")
    if prefix == "window":
        return WindowConsent.objects.filter(number=number, staff_id=actor.staff_id or 0).exists()
    rows = visible_to(actor) if prefix == "certificate" else verifications_visible_to(actor)
    return rows.filter(number=number).exists()
