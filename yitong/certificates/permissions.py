"""Who sees certificates, requests and verifications. Every list, search, export, count and API asks here."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from yitong.certificates.models import CertificateRequest, CertificateType, Verification, WindowConsent
from yitong.certificates.rules.states import Way
from yitong.consents.permissions import CaseFacts
from yitong.kernel.reasons import NotAllowed
from yitong.licences.holders import holder_of_enterprise, holder_of_person, key_of_holder
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import people
from yitong.parties.roles import Permission


def window_facts(actor: Actor, reference: str) -> CaseFacts | None:
    """The policy of ``SQ…`` numbers, which registers and the library ask: the holder, for who opened the visit, while it lasts."""
    if not reference.startswith("SQ") or actor.staff_id is None:
        return None
    found = WindowConsent.objects.filter(number=reference, staff_id=actor.staff_id).first()
    if found is None:
        return None
    keys, names = frozenset({bytes(found.holder_key)}), frozenset({found.number})
    return CaseFacts(found.department_id, keys, names, until=found.valid_until)


def mandate_facts(actor: Actor, reference: str) -> CaseFacts | None:
    """The policy of ``mandate:<id>``, the matter of an agent who asks for a certificate: he holds it now, and it covers every matter."""
    held = next((each for each in actor.mandates if mandate_reference(each.id) == reference), None)
    if held is None or held.item_codes is not None:
        return None
    person: Any = people.person(held.person_id) if held.person_id is not None else None
    holder = holder_of_person(person) if person else holder_of_enterprise(people.enterprise(held.enterprise_id or 0))
    return CaseFacts(None, frozenset({key_of_holder(holder)}), frozenset({reference}))


def mandate_reference(mandate_id: int) -> str:
    """What the log of a register calls the matter of an agent."""
    return f"mandate:{mandate_id}"


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

    Somebody with a mandate sees what he asked for himself, while the mandate lasts; it opens nothing else of his principal's.
    A data sheet holds what other departments know and is no reviewer's business; who drew one at a window sees it again.
    """
    rows = CertificateRequest.objects.all()
    if actor.kind is ActorKind.SYSTEM:
        return rows
    if actor.kind is ActorKind.CITIZEN:
        own = Q(holder_person_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
        return rows.filter(own | Q(holder_enterprise_id__in=actor.enterprise_ids) | _under_mandate(actor))
    if not actor.is_staff:
        return rows.none()
    scope = Q(pk__in=[])
    if actor.may(Permission.CERTIFICATE_REVIEW):
        scope |= Q(department_id__in=actor.department_ids) & ~Q(way=Way.SHEET)
    if actor.may(Permission.CERTIFICATE_REQUEST):
        scope |= Q(requested_by_ref=actor.ref)
    return rows.filter(scope)


def _under_mandate(actor: Actor) -> Q:
    principals = Q(holder_person_id__in=actor.mandate_person_ids) | Q(
        holder_enterprise_id__in=actor.mandate_enterprise_ids
    )
    return Q(requested_by_ref=actor.ref, mandate__isnull=False) & principals


def revocable_by(actor: Actor) -> QuerySet[CertificateRequest]:
    """Certificates the actor's department issued, which it may revoke: of every way, a data sheet too."""
    if not (actor.is_staff and actor.may(Permission.CERTIFICATE_REVIEW)):
        return CertificateRequest.objects.none()
    return CertificateRequest.objects.filter(department_id__in=actor.department_ids, document__isnull=False)


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
