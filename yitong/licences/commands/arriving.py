"""Store what sources hand over, many rows in two statements: COPY into a staging table, then one INSERT that tells new rows
from changed and unchanged ones.

Restricted: the caller has settled who may bring licences of this source, and gives rows that `rules.arrivals` let through.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from yitong.kernel.events import publish
from yitong.kernel.identifiers.check_digits import mod_37_36
from yitong.kernel.identifiers.licence import OID_ROOT
from yitong.licences import keyring
from yitong.licences.events import LicenceEnded
from yitong.licences.holders import BYTES
from yitong.licences.models import LicenceType
from yitong.licences.rules.arrivals import Arrival, Shape
from yitong.licences.sealing import NONCE

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS licences_stage (
    source_id text, identifier text, number text, holder_kind text, holder_key bytea, holder_id text, holder_name text,
    issued_on date, valid_from date, valid_until date, issuer_uscc text, issuer_name text, status text, data jsonb,
    sealed bytea, sealed_key smallint, record_hash bytea
) ON COMMIT DELETE ROWS
"""
COPY = """
COPY licences_stage (source_id, identifier, number, holder_kind, holder_key, holder_id, holder_name, issued_on, valid_from,
    valid_until, issuer_uscc, issuer_name, status, data, sealed, sealed_key, record_hash) FROM STDIN
"""
STORE = """
WITH stored AS (
    INSERT INTO licences_licence AS old (identifier, number, type_id, holder_kind, holder_key, holder_person_id,
        holder_enterprise_id, holder_name, data, sealed, sealed_key, status, issued_on, valid_from, valid_until,
        issuer_department_id, issuer_uscc, issuer_name, region_id, case_number, version, source_code, source_id, record_hash,
        created_at, updated_at)
    SELECT s.identifier, s.number, %(type)s, s.holder_kind, s.holder_key, person.id, enterprise.id, s.holder_name, s.data,
        s.sealed, s.sealed_key, s.status, s.issued_on, s.valid_from, s.valid_until, department.id, s.issuer_uscc,
        s.issuer_name, %(region)s, '', 1, %(source)s, s.source_id, s.record_hash, %(now)s, %(now)s
    FROM (SELECT DISTINCT ON (source_id) * FROM licences_stage ORDER BY source_id, ctid DESC) AS s
    LEFT JOIN parties_person AS person ON s.holder_kind = 'person' AND person.idcard = s.holder_id
    LEFT JOIN parties_enterprise AS enterprise ON s.holder_kind = 'enterprise' AND enterprise.uscc = s.holder_id
    LEFT JOIN parties_department AS department ON department.uscc = s.issuer_uscc
    ON CONFLICT (source_code, source_id) WHERE NOT source_code = '' DO UPDATE SET
        number = excluded.number, holder_kind = excluded.holder_kind, holder_key = excluded.holder_key,
        holder_person_id = excluded.holder_person_id, holder_enterprise_id = excluded.holder_enterprise_id,
        holder_name = excluded.holder_name, data = excluded.data, sealed = excluded.sealed, sealed_key = excluded.sealed_key,
        status = excluded.status, issued_on = excluded.issued_on, valid_from = excluded.valid_from,
        valid_until = excluded.valid_until, issuer_department_id = excluded.issuer_department_id,
        issuer_uscc = excluded.issuer_uscc, issuer_name = excluded.issuer_name, record_hash = excluded.record_hash,
        updated_at = excluded.updated_at
    WHERE old.record_hash IS DISTINCT FROM excluded.record_hash
    RETURNING id, identifier, number, status, (xmax = 0) AS fresh
), history AS (
    INSERT INTO licences_licenceevent (licence_id, at, what, status, reason, law, actor_ref, actor_name)
    SELECT id, %(now)s, 'changed', status, %(reason)s, '', %(actor)s, '' FROM stored WHERE NOT fresh
)
SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh),
    coalesce(jsonb_agg(jsonb_build_array(id, identifier, number, status)) FILTER (WHERE NOT fresh AND status <> 'valid'), '[]')
FROM stored
"""


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go: the type, the source's code, the region of rows whose issuer is none of our departments."""

    type_id: int
    type_code: str
    source_code: str
    region_id: int


@dataclass(frozen=True, slots=True)
class Stored:
    """How many rows were new, changed, or there already just so."""

    new: int
    changed: int
    unchanged: int


def target(*, type_code: str, source_code: str, region_id: int) -> tuple[Target, Shape]:
    """Where the rows of a source go, and what its reader needs. LookupError for a type that is not there."""
    kind = LicenceType.objects.filter(code=type_code).first()
    if kind is None:
        raise LookupError(type_code)
    return Target(kind.pk, kind.code, source_code, region_id), Shape(kind.code, kind.holder_kinds, tuple(kind.fields))


@transaction.atomic
def arrive(rows: Sequence[Arrival], to: Target, *, actor_ref: str, now: datetime) -> Stored:
    """Store the rows; of two with one ``source_id`` the later. The same row again changes nothing, whoever brings it.

    IntegrityError when a number or an identifier belongs to another source's licence: the caller finds out whose.
    """
    serials = _serials(len(rows))
    prepared = _Preparing(to)
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy(COPY) as copy:  # type: ignore[attr-defined]
            for row, serial in zip(rows, serials, strict=True):
                copy.write_row(prepared.columns(row, serial))
        cursor.execute(
            STORE,
            {
                "type": to.type_id,
                "region": to.region_id,
                "source": to.source_code,
                "now": now,
                "actor": actor_ref,
                "reason": f"来源 {to.source_code} 更新"[:300],
            },
        )
        new, changed, ended = cursor.fetchone()
        distinct = len({row.source_id for row in rows})
        # Rows deleted at commit would else stand in the way of a second call in the same transaction.
        cursor.execute("TRUNCATE licences_stage")
    for licence_id, identifier, number, status in json.loads(ended) if isinstance(ended, str) else ended:
        # It may have been valid until now, and a pending case may rely on it.
        publish(LicenceEnded(licence_id, identifier, number, to.type_code, status, f"来源 {to.source_code} 更新", now))
    return Stored(new, changed, distinct - new - changed)


class _Preparing:
    """Everything that is the same for all rows, looked up once."""

    def __init__(self, to: Target) -> None:
        ring = keyring.ring()
        self.key_number, self.cipher = ring.current, AESGCM(ring.keys[ring.current])
        self.holder_key = keyring.holder_key()
        self.type_code = to.type_code
        self.dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def columns(self, row: Arrival, serial: int) -> tuple[Any, ...]:
        """The staged columns of a row. Its hash is over what the source said, so that sealing anew is no change."""
        identifier = row.identifier or self.identifier(row.issuer_uscc, serial)
        key = hmac.digest(self.holder_key, f"{row.holder_kind}:{row.holder_id}".encode(), "sha256")[:BYTES]
        plain = self.dumps(row.plain)
        digest = hashlib.sha256("\x1f".join((*row[:7], *row[7:8], row.valid_until or "", *row[9:12], plain)).encode())
        sealed = number = None
        if row.secret:
            secret = self.dumps(row.secret).encode()
            digest.update(secret)
            nonce = os.urandom(NONCE)
            sealed = nonce + self.cipher.encrypt(nonce, secret, identifier.encode())
            number = self.key_number
        return (
            row.source_id, identifier, row.number, row.holder_kind, key, row.holder_id, row.holder_name, row.issued_on,
            row.valid_from, row.valid_until, row.issuer_uscc, row.issuer_name, row.status, plain, sealed, number,
            digest.digest()[:16],
        )  # fmt: skip

    def identifier(self, issuer: str, serial: int) -> str:
        """GB/T 36904: type, issuer, serial, version, check."""
        text = f"{serial:012d}"
        check = mod_37_36(f"{self.type_code}{issuer}{text}001")
        return f"{OID_ROOT}.{self.type_code}.{issuer}.{text}.001.{check}"


def clashing(rows: Sequence[Arrival], to: Target) -> dict[str, str]:
    """Rows whose number or identifier a licence from elsewhere has already: ``source_id`` to the word number or identifier."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for what in ("number", "identifier"):
            given = {getattr(row, what): row.source_id for row in rows if getattr(row, what)}
            cursor.execute(
                f"SELECT {what} FROM licences_licence WHERE {what} = ANY(%s) AND (source_code, source_id) NOT IN "
                "(SELECT %s, unnest(%s::text[])) AND (type_id = %s OR %s)",
                [list(given), to.source_code, list(given.values()), to.type_id, what == "identifier"],
            )
            found |= {given[value]: what for (value,) in cursor.fetchall()}
    seen: dict[str, str] = {}
    for row in rows:
        if seen.setdefault(row.number, row.source_id) != row.source_id:
            found[row.source_id] = "number"
    return found


def _serials(count: int) -> list[int]:
    """Serials nobody else has. The sequence is asked for each: in the server that costs less than a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(nextval('licences_serial')) FROM generate_series(1, %s)", [count])
        return cursor.fetchone()[0] or []
