"""Sign the proofs of a licence once its PDF is sealed: by the worker, or when the holder asks first.

One winner: the licence's row is locked meanwhile, which also keeps its status from changing between the look at it and the
row that says where it is told.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from yitong.audit.commands import record
from yitong.documents import queries as documents
from yitong.licences import proof_keys
from yitong.licences.models import Licence, LicenceProof, ProofTask, StatusList
from yitong.licences.proofs import metadata, sm2, status_list

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(hours=1)
DRAWS = 24
"""Places drawn at once. A list is full when all of them are taken: at about 70 % (0.7 to the power of 24 is 1 in 5,000)."""
CLASHES = 5
_FAULTS = (OSError, RuntimeError, ValueError, LookupError, IntegrityError)
"""What can go wrong while proofs are made: the disk, a missing file, a missing data key. The task waits and says why."""


class ProofsLater(RuntimeError):
    """The PDF cannot be sealed or read at this moment, so nothing can be signed about it; ``__cause__`` says why."""


_CLAIM = """
UPDATE licences_prooftask SET attempts = attempts + 1, next_attempt_at = %(until)s
WHERE id IN (SELECT id FROM licences_prooftask WHERE next_attempt_at IS NULL OR next_attempt_at <= %(now)s
             ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING document_id
"""
_FREE = """
SELECT list.id, drawn.position FROM (SELECT id FROM licences_statuslist ORDER BY id DESC LIMIT 1) AS list,
    unnest(%s::integer[]) WITH ORDINALITY AS drawn (position, turn)
WHERE NOT EXISTS (SELECT FROM licences_licenceproof AS proof
                  WHERE proof.status_list_id = list.id AND proof.position = drawn.position)
ORDER BY turn LIMIT 1
"""


def queue(*, document_id: int) -> None:
    """A licence's PDF was sealed, in this transaction: its proofs are to be made."""
    ProofTask.objects.bulk_create([ProofTask(document_id=document_id)], ignore_conflicts=True)


def prove_pending(*, now: datetime, limit: int = 50) -> int:
    """Make the proofs of up to ``limit`` licences that wait; how many. Any number of workers may run at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        until = now + timedelta(minutes=1)
        cursor.execute(_CLAIM, {"now": now, "until": until, "limit": limit})
        claimed = sorted(row[0] for row in cursor.fetchall())
    made = 0
    for document_id in claimed:
        try:
            licence = Licence.objects.filter(document_id=document_id).first()
            if licence is not None:
                prove(licence_id=licence.pk, now=now)
                made += 1
            ProofTask.objects.filter(document_id=document_id).delete()
        except _FAULTS as error:
            _note_failure(document_id, error, now)
    return made


def prove(*, licence_id: int, now: datetime) -> LicenceProof:
    """The proofs of a licence issued here, made now if nobody has yet.

    Raises ProofsLater; ValueError for a licence that has no PDF here.
    """
    found = LicenceProof.objects.select_related("key", "status_list").filter(licence_id=licence_id).first()
    if found is not None:
        return found
    licence = Licence.objects.select_related("document").get(pk=licence_id)
    if licence.document is None:
        raise ValueError("its issuer keeps the original; there is no sealed PDF here")
    try:
        pdf = documents.pdf(licence.document, now)
    except (documents.SealingFailed, OSError) as error:
        raise ProofsLater(f"licence {licence.number}: {error}") from error
    for _ in range(CLASHES):
        try:
            return _made(licence_id, pdf, now)
        except IntegrityError:
            # Another licence drew the same place in the same instant; one in a hundred thousand.
            continue
    raise RuntimeError("no place in the status list was free")


@transaction.atomic
def _made(licence_id: int, pdf: bytes, now: datetime) -> LicenceProof:
    rows = Licence.objects.select_for_update(of=("self",), no_key=True).select_related("type", "document")
    licence = rows.get(pk=licence_id)
    found = LicenceProof.objects.select_related("key", "status_list").filter(licence=licence).first()
    if found is not None:
        return found
    row, key = proof_keys.sm2_key(now)
    signed = metadata.compose(facts_of(licence), pdf, key=row.kid, at=now)
    listed, position = _place(now)
    proof = LicenceProof.objects.create(
        licence=licence,
        metadata=signed.decode(),
        signature=sm2.sign(key, signed),
        key=row,
        status_list=listed,
        position=position,
        made_at=now,
    )
    if licence.status != Licence.Status.VALID:
        StatusList.objects.filter(pk=listed.pk).update(stale=True)
    assert licence.document_id is not None  # prove refuses one without
    ProofTask.objects.filter(document_id=licence.document_id).delete()
    record(
        actor_ref="system:proofs",
        tag="licences:proof:made",
        subject=f"licence:{licence.number}",
        detail={"identifier": licence.identifier, "key": row.kid, "sm3": sm2.sm3(signed)},
        now=now,
    )
    return proof


def facts_of(licence: Licence) -> metadata.Facts:
    """What is signed about a licence."""
    return metadata.Facts(
        identifier=licence.identifier,
        number=licence.number,
        version=licence.version,
        type_code=licence.type.code,
        type_name=licence.type.name,
        holder_kind=licence.holder_kind,
        holder_name=licence.holder_name,
        issuer_name=licence.issuer_name,
        issuer_uscc=licence.issuer_uscc,
        issued_on=licence.issued_on,
        valid_from=licence.valid_from,
        valid_until=licence.valid_until,
        document_number=(licence.document.number or "") if licence.document else "",
    )


def _place(now: datetime) -> tuple[StatusList, int]:
    """A free place of the newest list, drawn by chance; a new list when all that were drawn are taken."""
    drawn = [secrets.randbelow(status_list.SIZE) for _ in range(DRAWS)]
    with connection.cursor() as cursor:
        cursor.execute(_FREE, [drawn])
        free = cursor.fetchone()
    if free is not None:
        return StatusList.objects.get(pk=free[0]), int(free[1])
    return StatusList.objects.create(slug=secrets.token_urlsafe(16), opened_at=now), drawn[0]


def _note_failure(document_id: int, error: Exception, now: datetime) -> None:
    task = ProofTask.objects.filter(document_id=document_id).first()
    if task is None:
        return
    wait = min(LONGEST_WAIT, timedelta(seconds=10 * 2 ** min(task.attempts, 12)))
    task.next_attempt_at, task.last_error = now + wait, f"{type(error).__name__}: {error}"[:300]
    task.save(update_fields=["next_attempt_at", "last_error"])
    log.warning("proofs of document %s could not be made, they will be tried again: %s", document_id, task.last_error)
