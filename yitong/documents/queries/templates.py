"""Templates as the console shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yitong.documents.commands.sealing import render_piece
from yitong.documents.models import DocumentTemplate
from yitong.documents.permissions import visible_templates
from yitong.documents.rendering.notice import Piece
from yitong.documents.rules.kinds import KINDS, Kind
from yitong.parties.actors import Actor


@dataclass(frozen=True, slots=True)
class KindRow:
    """One line of the list: a kind with its version in force and its draft."""

    kind: Kind
    active: DocumentTemplate | None
    draft: DocumentTemplate | None


def overview(actor: Actor) -> list[KindRow]:
    """Every kind with its general wording. One query."""
    active: dict[str, DocumentTemplate] = {}
    drafts: dict[str, DocumentTemplate] = {}
    for template in visible_templates(actor).filter(department=None):
        if template.active:
            active[template.kind] = template
        elif template.state == DocumentTemplate.State.DRAFT:
            drafts[template.kind] = template
    return [KindRow(kind, active.get(code), drafts.get(code)) for code, kind in KINDS.items()]


def versions(actor: Actor, kind: str) -> list[DocumentTemplate]:
    """Every general version of a kind, newest first."""
    return list(visible_templates(actor).filter(kind=kind, department=None).order_by("-version"))


def preview(kind: Kind, title: str, body: str, now: datetime) -> bytes:
    """An unsealed PDF of this wording with sample values, marked as a preview. The wording must have no problems."""
    platform = {"number", "issuer_name", "issued_on"}
    context = {name: field.sample for name, field in kind.all_fields.items() if name not in platform}
    piece = Piece(
        kind=kind,
        title=title,
        body=body,
        context=context,
        number=str(kind.all_fields["number"].sample),
        issuer=str(kind.all_fields["issuer_name"].sample),
        code="AAAABBBBCCCCDDDD",
        url="https://example.invalid/d/AAAABBBBCCCCDDDD",
        at=now,
        draft=True,
    )
    return render_piece(piece).pdf
