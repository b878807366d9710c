"""Issue a document: one INSERT in the transaction of the act it records; the PDF follows."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yitong.audit.commands import record
from yitong.documents import fonts
from yitong.documents.commands.templates import ensure_templates
from yitong.documents.models import Document
from yitong.documents.rules.kinds import Kind, kind_of
from yitong.documents.rules.markup import missing, plain, texts_of
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor
from yitong.storage import writes

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 characters without I, O, 0 and 1, which people mistake for one another on paper."""
CODE_LENGTH = 16  # 80 bits: cannot be guessed, can be typed

# The template in force is chosen by the statement itself: reading it first would cost a round trip in every case command.
_INSERT = """
INSERT INTO documents_document (code, kind, template_id, subject, context, issuer_department_id, region_id,
    recipient_person_id, issued_by, issued_at, valid_until, state, sha256, size, revoked_reason, attempts, last_error)
SELECT given.code, given.kind, chosen.id, given.subject, given.context, given.department, given.region,
    given.person, given.issued_by, given.at, given.valid_until, 'pending', '', 0, '', 0, ''
FROM (VALUES (%s::varchar, %s::varchar, %s::varchar, %s::jsonb, %s::bigint, %s::bigint, %s::bigint, %s::varchar,
              %s::timestamptz, %s::date))
    AS given (code, kind, subject, context, department, region, person, issued_by, at, valid_until)
CROSS JOIN LATERAL (SELECT id FROM documents_documenttemplate AS template
      WHERE template.kind = given.kind AND active AND (department_id = given.department OR department_id IS NULL)
      ORDER BY department_id NULLS LAST LIMIT 1) AS chosen
RETURNING id, template_id
"""


def undrawable_refusal(values: Mapping[str, Any], *, field: str = "context") -> Reason | None:
    """Why these values cannot be printed: the characters the embedded font lacks, or None."""
    for name, value in values.items():
        lacking = fonts.undrawable("".join(texts_of(value)))
        if lacking:
            message = N_(
                "The seal's font cannot draw %(characters)s. A document with a blank in its place would be void; write the "
                "text with characters the font has, or ask the administrator to add a font."
            )
            params = {"characters": " ".join(f"{character} (U+{ord(character):04X})" for character in lacking)}
            return Reason("undrawable", message, field=f"{field}.{name}", params=params)
    return None


def issue(
    *,
    kind: str,
    subject: str,
    issuer_department_id: int,
    context: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    region_id: int,
    recipient_person_id: int | None = None,
    valid_until: date | None = None,
) -> Document:
    """Issue a document of ``kind`` about ``subject`` (``case:12``). Exactly one INSERT once the templates exist.

    ``context``: the fields of ``rules.kinds`` for this kind; dates may be dates, instants or ISO texts. The act itself is
    logged by the command that issues. Within ``writes.together`` the document has its id at the end. Raises Refused:
    ``missing_value`` per missing field, ``undrawable``.
    """
    fields = plain(context)
    _check(kind_of(kind), fields)
    document = Document(
        code=new_code(),
        kind=kind,
        subject=subject,
        context=fields,
        issuer_department_id=issuer_department_id,
        region_id=region_id,
        recipient_person_id=recipient_person_id,
        issued_by=actor.ref,
        issued_at=now,
        valid_until=valid_until,
    )
    _insert(document)
    return document


def new_code() -> str:
    """A verification code nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _check(kind: Kind, fields: Mapping[str, Any]) -> None:
    reasons = missing(kind, fields)
    printed = {name: value for name, value in fields.items() if name in kind.all_fields}
    lacking = undrawable_refusal(printed)
    if lacking is not None:
        reasons.append(lacking)
    if reasons:
        raise Refused(*reasons)


def _insert(document: Document) -> None:
    values = [
        document.code,
        document.kind,
        document.subject,
        json.dumps(document.context, ensure_ascii=False),
        document.issuer_department_id,
        document.region_id,
        document.recipient_person_id,
        document.issued_by,
        document.issued_at,
        document.valid_until,
    ]

    def written(rows: list[dict[str, Any]]) -> None:
        if not rows:
            # A database that was never set up, or emptied: the built-in wording comes in, once.
            ensure_templates(document.issued_at)
            writes.write(_INSERT, values, kept)
        else:
            kept(rows)

    def kept(rows: list[dict[str, Any]]) -> None:
        if not rows:
            raise LookupError(f"no active template of kind {document.kind!r}")
        document.pk, document.template_id = rows[0]["id"], rows[0]["template_id"]

    writes.write(_INSERT, values, written)


@transaction.atomic
def revoke(*, document_id: int, reason: str, actor: Actor, now: datetime) -> Document:
    """Mark a document as revoked; public verification says so from now on. Idempotent: the first reason stays.

    The owning context checks the permission and calls this in its own command.
    """
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.revoked_at is None:
        document.revoked_at = now
        document.revoked_reason = reason
        document.save(update_fields=["revoked_at", "revoked_reason"])
        record(
            actor_ref=actor.ref,
            tag="documents:document:revoked",
            subject=f"document:{document.code}",
            detail={"kind": document.kind},
            now=now,
        )
    return document
