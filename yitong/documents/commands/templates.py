"""Edit, publish and seed the wording of documents."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from yitong.audit.commands import record
from yitong.documents.models import DocumentTemplate
from yitong.documents.permissions import require, visible_templates
from yitong.documents.rules import markup
from yitong.documents.rules.kinds import KINDS, kind_of
from yitong.documents.templates_data import TEMPLATES
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.commands.first_come import first_come
from yitong.parties.roles import Permission

_BEGUN = N_("Somebody else has just begun a draft of this wording. Reload the page to see it; copy your text first.")


@transaction.atomic
def ensure_templates(now: datetime) -> int:
    """Bring in the built-in wording of every kind that has no general template yet; returns how many. Safe to repeat."""
    known = set(DocumentTemplate.objects.filter(department=None).values_list("kind", flat=True))
    rows = [
        DocumentTemplate(
            kind=kind.code,
            version=1,
            title=kind.title,
            body=TEMPLATES[kind.code],
            state=DocumentTemplate.State.PUBLISHED,
            active=True,
            edited_by="system:setup",
            edited_at=now,
            published_at=now,
        )
        for kind in KINDS.values()
        if kind.code not in known
    ]
    # Two processes may start on an empty database at once: the loser's rows meet the unique constraint and are dropped.
    DocumentTemplate.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def save_draft(
    *, kind: str, department_id: int | None, title: str, body: str, actor: Actor, now: datetime
) -> DocumentTemplate:
    """Write the draft of the next version, making or replacing it. Raises Refused naming line and placeholder."""
    require(actor, Permission.DOCUMENT_TEMPLATE_EDIT)
    _require_department(actor, department_id)
    reasons = checked(kind, title, body)
    if reasons:
        raise Refused(*reasons)
    # Locking every version makes two editors of the same wording follow one another.
    versions = list(_family(kind, department_id).select_for_update().order_by("version"))
    draft = next((version for version in versions if version.state == DocumentTemplate.State.DRAFT), None)
    if draft is None:
        number = versions[-1].version + 1 if versions else 1
        draft = DocumentTemplate(kind=kind, department_id=department_id, version=number)
    draft.title, draft.body, draft.edited_by, draft.edited_at = title.strip(), body, actor.ref, now
    # Where there is no version yet there is no row to lock: the database lets the first of two editors have it.
    with first_come({"template_": Reason("draft_begun", _BEGUN)}):
        draft.save()
    _log(actor, "documents:template:drafted", draft, now)
    return draft


@transaction.atomic
def publish(*, template_id: int, actor: Actor, now: datetime) -> DocumentTemplate:
    """Make a draft the wording in force; the version it replaces stays for the documents that refer to it.

    Raises NotAllowed, Conflict when it was published already, Refused when its placeholders are wrong.
    """
    require(actor, Permission.DOCUMENT_TEMPLATE_EDIT)
    draft = DocumentTemplate.objects.select_for_update().filter(pk=template_id).first()
    if draft is None or not visible_templates(actor).filter(pk=template_id).exists():
        raise NotAllowed(Permission.DOCUMENT_TEMPLATE_EDIT)
    if draft.state != DocumentTemplate.State.DRAFT:
        message = N_("Version %(version)s has been published already. Make a new draft to change the wording.")
        raise Conflict(Reason("already_published", message, params={"version": draft.version}))
    reasons = checked(draft.kind, draft.title, draft.body)
    if reasons:
        raise Refused(*reasons)
    _family(draft.kind, draft.department_id).filter(active=True).update(active=False)
    draft.state, draft.active, draft.published_at = DocumentTemplate.State.PUBLISHED, True, now
    draft.save()
    _log(actor, "documents:template:published", draft, now)
    return draft


def checked(kind: str, title: str, body: str) -> list[Reason]:
    """Everything that keeps this title and body from being a template of ``kind``."""
    reasons = markup.problems(kind_of(kind), body)
    if not title.strip():
        reasons.append(Reason("empty", N_("The title is empty. Write the document's title."), field="title"))
    if not body.strip():
        reasons.append(Reason("empty", N_("The text is empty. Write at least one paragraph."), field="body"))
    return reasons


def _family(kind: str, department_id: int | None) -> QuerySet[DocumentTemplate]:
    rows = DocumentTemplate.objects.filter(kind=kind)
    return rows.filter(department=None) if department_id is None else rows.filter(department_id=department_id)


def _require_department(actor: Actor, department_id: int | None) -> None:
    if department_id is None or actor.may(Permission.PARTY_MANAGE) or department_id in actor.department_ids:
        return
    raise NotAllowed(Permission.DOCUMENT_TEMPLATE_EDIT)


def _log(actor: Actor, tag: str, template: DocumentTemplate, now: datetime) -> None:
    record(
        actor_ref=actor.ref,
        tag=tag,
        subject=f"template:{template.pk}",
        detail={"kind": template.kind, "version": template.version, "department": template.department_id},
        now=now,
    )
