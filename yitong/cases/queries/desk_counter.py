"""What a clerk left unfinished at the counter."""

from __future__ import annotations

from django.db.models import QuerySet

from yitong.cases.models import Case, CaseMaterial
from yitong.cases.permissions import visible_to
from yitong.parties.actors import Actor

MOST = 20


def drafts_of(actor: Actor) -> QuerySet[Case]:
    """The clerk's own unfinished window cases, the latest first; at most ``MOST``."""
    return visible_to(actor).filter(state="draft", channel="window", created_by_ref=actor.ref).order_by("-id")[:MOST]


def draft(actor: Actor, case_id: int) -> Case | None:
    """One of them with its applicant read."""
    rows = visible_to(actor).filter(state="draft", channel="window", created_by_ref=actor.ref, pk=case_id)
    related = ("applicant_person", "applicant_enterprise", "agent_person", "department")
    return rows.select_related(*related).first()


def given(case: Case) -> dict[str, list[CaseMaterial]]:
    """What was taken in so far, by material code. One query."""
    found: dict[str, list[CaseMaterial]] = {}
    for row in CaseMaterial.objects.filter(case=case, superseded_at=None).select_related(
        "stored_file", "licence__type", "reuse"
    ):
        found.setdefault(row.code, []).append(row)
    return found
