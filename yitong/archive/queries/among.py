"""What a holder's archive has for several materials at once: one query, whatever their number."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from yitong.archive.models import ArchivedFile, KeepingConsent
from yitong.licences.holders import key_of_holder
from yitong.licences.queries import library
from yitong.licences.rules.holders import Holder

MOST = 200
"""More papers than an archive has that a case could ask for; bounds the work for one that has."""


def in_reach(holder: Holder, on: date) -> QuerySet[ArchivedFile]:
    """Papers of the holder with a file, neither deleted nor locked, that do not say they have ended before ``on``."""
    kept = ArchivedFile.objects.filter(holder_key=key_of_holder(holder), state="kept", stored_file__isnull=False)
    return kept.filter(Q(read_until=None) | Q(read_until__gte=on)).order_by("-id")


def reusable_among(
    holder: Holder, *, licence_types: Collection[str], names: Collection[str], on: date
) -> list[ArchivedFile]:
    """Papers that are of one of these licence types, or were handed in or named as one of these materials, newest first.

    What was issued here and stands no more is not among them. The caller has settled that he acts for the holder or his case.
    """
    fitting = Q(material_name__in=names) | Q(name__in=names)
    if licence_types:
        fitting |= Q(licence_type__in=licence_types)
    rows = list(in_reach(holder, on).filter(fitting).select_related("stored_file")[:MOST])
    gone = ended(rows, on)
    return [row for row in rows if row.pk not in gone]


def ended(files: Collection[ArchivedFile], on: date) -> set[int]:
    """Ids of the issued papers whose licence is in force no more on ``on``: revoked, lost, replaced or past its term.

    The paper was genuine when it came; what the register says today counts. One query, none without issued papers.
    """
    marks = {
        file.pk: (bytes(file.holder_key), file.licence_type, file.stored_file.sha256)
        for file in files
        if file.trust == ArchivedFile.Trust.ISSUED and file.stored_file is not None
    }
    if not marks:
        return set()
    keys, _, digests = zip(*marks.values(), strict=True)
    stand = library.papers_in_force(set(keys), set(digests), on)
    return {pk for pk, mark in marks.items() if mark not in stand}


def keeps(person_id: int | None, enterprise_id: int | None) -> bool:
    """Whether this owner agreed that what he hands in is kept (``keeping``). One look into an index."""
    rows = KeepingConsent.objects.filter(withdrawn_at=None)
    if enterprise_id is not None:
        return rows.filter(owner_enterprise_id=enterprise_id).exists()
    return rows.filter(owner_person_id=person_id).exists()
