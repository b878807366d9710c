"""Who may read a document or a file.

This context does not know what a subject means: the context that owns it registers, for its prefix, who may see it
(``register_subject_policy("case", ...)`` answers for every ``case:…``). A prefix nobody registered is seen by nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q, QuerySet

from yitong.documents.models import Document, DocumentTemplate, StoredFile
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission

Policy = Callable[[Actor, str], bool]
_policies: dict[str, Policy] = {}


def register_subject_policy(prefix: str, policy: Policy) -> None:
    """``policy(actor, subject)`` decides for every subject ``prefix:…``; registering again replaces it."""
    _policies[prefix] = policy


def may_see_subject(actor: Actor, subject: str) -> bool:
    """Whether ``actor`` may see what belongs to ``subject``."""
    policy = _policies.get(subject.partition(":")[0])
    return bool(subject) and policy is not None and policy(actor, subject)


def can_read_document(actor: Actor, document: Document) -> bool:
    """The recipient, and whoever may see the document's subject."""
    own = actor.person_id is not None and document.recipient_person_id == actor.person_id
    return own or may_see_subject(actor, document.subject)


def can_read_file(actor: Actor, file: StoredFile) -> bool:
    """The one who uploaded it, and whoever may see its subject."""
    own = actor.ref == file.uploaded_by and actor.account_id is not None
    return own or may_see_subject(actor, file.subject)


def require(actor: Actor, permission: Permission) -> None:
    """NotAllowed unless ``actor`` holds ``permission``."""
    if not actor.may(permission):
        raise NotAllowed(permission)


def visible_templates(actor: Actor) -> QuerySet[DocumentTemplate]:
    """Templates ``actor`` may edit: all for the platform's own administrators, else general ones and those of his departments."""
    require(actor, Permission.DOCUMENT_TEMPLATE_EDIT)
    if Permission.PARTY_MANAGE in actor.permissions:
        return DocumentTemplate.objects.all()
    return DocumentTemplate.objects.filter(Q(department=None) | Q(department_id__in=actor.department_ids))


def troubled_visible_to(actor: Actor, *, everything: bool = False) -> QuerySet[Document]:
    """Documents whose sealing failed, in the actor's regions; with ``everything`` those without trouble as well.

    For who keeps the platform running: the page shows kind, office and reason, never what a document says.
    """
    require(actor, Permission.DOCUMENT_RETRY)
    rows = Document.objects.all() if everything else Document.objects.filter(failed_at__isnull=False)
    return rows if actor.kind is ActorKind.SYSTEM else rows.filter(region_id__in=actor.region_ids)
