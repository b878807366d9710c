"""Store what sources hand over, a piece at a time: look up what is known of its rows, copy them into the table at once when all
of them are new, else over a staging table and one INSERT.

A row that is known and has not changed is neither sealed nor sent. Restricted: the caller has settled who may bring licences of
this source, and gives rows that `rules.arrivals` let through.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring as _quoted
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from django.db import IntegrityError, connection, transaction

from yitong.kernel.events import publish
from yitong.kernel.identifiers.check_digits import begun_37_36, mod_37_36
from yitong.kernel.identifiers.licence import OID_ROOT
from yitong.licences import keyring
from yitong.licences.events import LicenceEnded
from yitong.licences.holders import BYTES
from yitong.licences.models import Licence, LicenceType
from yitong.licences.rules.arrivals import Arrival, Shape
from yitong.licences.rules.holders import ENTERPRISE, PERSON
from yitong.licences.sealing import NONCE

KNOWN = """
SELECT source_id, identifier, record_hash, status FROM licences_licence
WHERE source_code = %s AND source_code <> '' AND source_id = ANY(%s)
"""
# The sequence is asked for each: in the server that costs less than a lock.
SERIALS = "SELECT array_agg(nextval('licences_serial')) FROM generate_series(1, %s)"
SAMPLE = 16
COLUMNS = (
    "source_id, identifier, number, holder_kind, holder_key, holder_person_id, holder_enterprise_id, holder_name, issued_on, "
    "valid_from, valid_until, issuer_department_id, issuer_uscc, issuer_name, status, data, sealed, sealed_key, record_hash, "
    "type_id, region_id, case_number, version, source_code, created_at, updated_at"
)
NEW = f"COPY licences_licence ({COLUMNS}) FROM STDIN"
STAGE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS licences_stage ON COMMIT DELETE ROWS AS
SELECT {COLUMNS} FROM licences_licence WITH NO DATA
"""
STAGED = f"COPY licences_stage ({COLUMNS}) FROM STDIN"
# Before STORE, which would else not see what somebody wrote who still held one of the rows when its statement began.
LOCK = """
SELECT FROM licences_licence WHERE source_code = %s AND source_code <> '' AND source_id = ANY(%s) ORDER BY id FOR UPDATE
"""
# What was lost, revoked or renewed here, of which its source need not know, as in rules.status.MAY_BECOME.
STANDS = """
old.status <> 'valid' AND NOT (old.status = 'lost' AND excluded.status IN ('revoked', 'cancelled')) AND EXISTS (
    SELECT FROM licences_licenceevent AS event WHERE event.licence_id = old.id AND event.what IN
        ('revoked', 'cancelled', 'lost', 'transferred', 'superseded'))
"""
# What is sealed is bound to the identifier it was sealed for: a row that came in between under another is not touched.
STORE = f"""
WITH stored AS (
    INSERT INTO licences_licence AS old ({COLUMNS}) SELECT {COLUMNS} FROM licences_stage
    ON CONFLICT (source_code, source_id) WHERE NOT source_code = '' DO UPDATE SET
        number = excluded.number, holder_kind = excluded.holder_kind, holder_key = excluded.holder_key,
        holder_person_id = excluded.holder_person_id, holder_enterprise_id = excluded.holder_enterprise_id,
        holder_name = excluded.holder_name, data = excluded.data, sealed = excluded.sealed, sealed_key = excluded.sealed_key,
        status = CASE WHEN {STANDS} THEN old.status ELSE excluded.status END, issued_on = excluded.issued_on,
        valid_from = excluded.valid_from, valid_until = excluded.valid_until, issuer_department_id = excluded.issuer_department_id,
        issuer_uscc = excluded.issuer_uscc, issuer_name = excluded.issuer_name, record_hash = excluded.record_hash,
        updated_at = excluded.updated_at
    WHERE old.identifier = excluded.identifier AND old.record_hash IS DISTINCT FROM excluded.record_hash
    RETURNING id, source_id, identifier, number, status, (xmax = 0) AS fresh
), history AS (
    INSERT INTO licences_licenceevent (licence_id, at, what, status, reason, law, actor_ref, actor_name)
    SELECT id, %(now)s, 'changed', status, %(reason)s, '', %(actor)s, '' FROM stored WHERE NOT fresh
)
SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh),
    coalesce(jsonb_agg(jsonb_build_array(id, source_id, identifier, number, status))
        FILTER (WHERE NOT fresh AND status <> 'valid'), '[]')
FROM stored
"""
# Asked for a piece at a time. Of departments that share a credit code one stands for all.
OURS = {
    PERSON: "SELECT idcard, id FROM parties_person WHERE idcard = ANY(%s)",
    ENTERPRISE: "SELECT uscc, id FROM parties_enterprise WHERE uscc = ANY(%s)",
    "department": "SELECT uscc, min(id) FROM parties_department WHERE uscc = ANY(%s) GROUP BY uscc",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go: the type, the source's code, the region of rows whose issuer is none of our departments."""

    type_id: int
    type_code: str
    source_code: str
    region_id: int


@dataclass(frozen=True, slots=True)
class Stored:
    """How many rows were new, changed, or there already: just so, or newer."""

    new: int
    changed: int
    unchanged: int


Turn = Callable[[], Callable[[set[str]], set[str]]]
"""Waits until no other piece of the file is being compared with the library, and gives what tells which of these ``source_id`` stand
further down in the file and were stored before."""


class _Known(NamedTuple):
    """What the library has of a row."""

    identifier: str
    record_hash: bytes
    status: str


def target(*, type_code: str, source_code: str, region_id: int) -> tuple[Target, Shape]:
    """Where the rows of a source go, and what its reader needs. LookupError for a type that is not there."""
    kind = LicenceType.objects.filter(code=type_code).first()
    if kind is None:
        raise LookupError(type_code)
    return Target(kind.pk, kind.code, source_code, region_id), Shape(kind.code, kind.holder_kinds, tuple(kind.fields))


@transaction.atomic
def arrive(rows: Sequence[Arrival], to: Target, *, actor_ref: str, now: datetime, turn: Turn | None = None) -> Stored:
    """Store the rows; of two with one ``source_id`` the later. The same row again changes nothing, whoever brings it.

    ``turn``: for a piece of a file of which others may be stored before or at the same time.
    IntegrityError when a number or an identifier belongs to another source's licence: the caller finds out whose.
    """
    latest = {row.source_id: row for row in rows}
    source_ids, prepared = list(latest), _Preparing(to)
    contents = list(prepared.contents(latest.values()))
    # A source mostly brings rows of which all are new or hardly any is: a few tell which, and the copy itself whether it is so.
    if not _known(to, source_ids[:: len(source_ids) // SAMPLE or 1]) and _copied(prepared, contents, to, now):
        return Stored(len(contents), 0, 0)
    stored_later = turn() if turn else _nothing
    known = _known(to, source_ids)
    news = [row for row in contents if not _same(known.get(row.row.source_id), row)]
    if newer := stored_later({row.row.source_id for row in news} & known.keys()):
        news = [row for row in news if row.row.source_id not in newer]
    if not news:
        return Stored(0, 0, len(latest))
    reason = f"来源 {to.source_code} 更新"[:300]
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        cursor.execute(LOCK, [to.source_code, [each.row.source_id for each in news]])
        _copy(cursor, STAGED, prepared.columns(news, known, to, now))
        cursor.execute(STORE, {"now": now, "actor": actor_ref, "reason": reason})
        new, changed, ended = cursor.fetchone()
        # Rows deleted at commit would else stand in the way of a second call in the same transaction.
        cursor.execute("TRUNCATE licences_stage")
    for licence_id, source_id, identifier, number, status in json.loads(ended) if isinstance(ended, str) else ended:
        had = known.get(source_id)
        if had is None or had.status != status:
            # It was valid until now, and a pending case may rely on it.
            publish(LicenceEnded(licence_id, identifier, number, to.type_code, status, reason, now))
    stored = Stored(new, changed, len(latest) - len(news))
    if new + changed == len(news):
        return stored
    # Somebody brought some of them since they were looked for; now they are known.
    rest = arrive([each.row for each in news], to, actor_ref=actor_ref, now=now, turn=turn)
    return Stored(new + rest.new, changed + rest.changed, len(latest) - new - changed - rest.new - rest.changed)


def _nothing(source_ids: set[str]) -> set[str]:
    return set()


def _copied(prepared: _Preparing, rows: Sequence[_Content], to: Target, now: datetime) -> bool:
    """Whether rows nobody knew could go into the table as they are; not when one of them stands in the way of another."""
    try:
        # Django tells a COPY's errors as its own only where it is asked to.
        with transaction.atomic(), connection.cursor() as cursor, connection.wrap_database_errors:
            _copy(cursor, NEW, prepared.columns(rows, {}, to, now))
    except IntegrityError:
        return False
    return True


def _copy(cursor: Any, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for columns in rows:
            copy.write_row(columns)


def _known(to: Target, source_ids: list[str]) -> dict[str, _Known]:
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [to.source_code, source_ids])
        return {source_id: _Known(*rest) for source_id, *rest in cursor.fetchall()}


def _same(known: _Known | None, row: _Content) -> bool:
    return known is not None and known.record_hash is not None and bytes(known.record_hash) == row.record_hash


class _Content(NamedTuple):
    """A row with its open fields as JSON, its sensitive ones as JSON or None, and what tells whether it changed."""

    row: Arrival
    plain: str
    secret: bytes | None
    record_hash: bytes


class _Preparing:
    """Everything that is the same for all rows, looked up once."""

    def __init__(self, to: Target) -> None:
        ring = keyring.ring()
        self.key_number, self.cipher = ring.current, AESGCM(ring.keys[ring.current])
        # Begun once and copied for each row: to begin takes longer than the row.
        self.holder_mac = HMAC(keyring.holder_key(), SHA256())
        self.record_mac = hashlib.blake2b(digest_size=16, key=keyring.holder_key(), person=b"licence-record")
        self.type_code = to.type_code

    def contents(self, rows: Iterable[Arrival]) -> Iterator[_Content]:
        """The rows with their hash, which is over what the source said, so that sealing anew is no change.

        It is keyed: whoever reads the table must not find a telephone number by trying all of them.
        """
        begun = self.record_mac
        for row in rows:
            plain = _json(row.plain)
            said = "\x1f".join((*row[:8], row.valid_until or "", *row[9:12], plain)).encode()
            secret = _json(row.secret).encode() if row.secret else None
            if secret is not None:
                said += secret
            mac = begun.copy()
            mac.update(said)
            yield _Content(row, plain, secret, mac.digest())

    def columns(
        self, contents: Sequence[_Content], known: Mapping[str, _Known], to: Target, now: datetime
    ) -> Iterator[tuple[Any, ...]]:
        """The COLUMNS of rows; one that is known keeps its identifier, which its sealed fields are bound to.

        What the database is asked for is asked here: while the rows are copied, the connection takes no other question.
        """
        serials = self._serials(sum(each.row.source_id not in known for each in contents))
        ours = _ours([each.row for each in contents])
        return self._columns(contents, known, to, serials, ours, now.isoformat())

    def _columns(
        self,
        contents: Sequence[_Content],
        known: Mapping[str, _Known],
        to: Target,
        serials: Iterator[int],
        ours: Mapping[str, Mapping[str, int]],
        stamp: str,
    ) -> Iterator[tuple[Any, ...]]:
        people, companies, departments = (ours[kind].get for kind in OURS)
        nonces = os.urandom(NONCE * len(contents))
        encrypt, begun, at = self.cipher.encrypt, self.holder_mac, 0
        for_all = (to.type_id, to.region_id, "", 1, to.source_code, stamp, stamp)
        for row, plain, secret, record_hash in contents:
            had = known.get(row.source_id)
            if had is not None:
                identifier = had.identifier
            else:
                serial = next(serials)
                identifier = row.identifier or self.identifier(row.issuer_uscc, serial)
            mac = begun.copy()
            mac.update(f"{row.holder_kind}:{row.holder_id}".encode())
            key = mac.finalize()[:BYTES]
            sealed = number = None
            if secret is not None:
                nonce = nonces[at : at + NONCE]
                at += NONCE
                sealed, number = nonce + encrypt(nonce, secret, identifier.encode()), self.key_number
            person = row.holder_kind == PERSON
            yield (
                row.source_id, identifier, row.number, row.holder_kind, key, people(row.holder_id) if person else None,
                None if person else companies(row.holder_id), row.holder_name, row.issued_on, row.valid_from, row.valid_until,
                departments(row.issuer_uscc), row.issuer_uscc, row.issuer_name, row.status, plain, sealed, number, record_hash,
                *for_all,
            )  # fmt: skip

    @staticmethod
    def _serials(count: int) -> Iterator[int]:
        with connection.cursor() as cursor:
            cursor.execute(SERIALS, [count])
            return iter(cursor.fetchone()[0] or ())

    def identifier(self, issuer: str, serial: int) -> str:
        """GB/T 36904: type, issuer, serial, version, check."""
        text = f"{serial:012d}"
        check = mod_37_36(f"{text}001", begun_37_36(self.type_code + issuer))
        return f"{OID_ROOT}.{self.type_code}.{issuer}.{text}.001.{check}"


def _ours(rows: Sequence[Arrival]) -> dict[str, dict[str, int]]:
    """Ids by number of the people, enterprises and departments of ours that the rows name."""
    asked: dict[str, set[str]] = {
        PERSON: {row.holder_id for row in rows if row.holder_kind == PERSON},
        ENTERPRISE: {row.holder_id for row in rows if row.holder_kind == ENTERPRISE},
        "department": {row.issuer_uscc for row in rows},
    }
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        for kind, statement in OURS.items():
            if asked[kind]:
                cursor.execute(statement, [list(asked[kind])])
            found[kind] = dict(cursor.fetchall()) if asked[kind] else {}
    return found


def _json(fields: Mapping[str, Any]) -> str:
    """Compact JSON of fields, nearly all of them texts: an encoder made anew for every row would cost more than the row."""
    return (
        "{"
        + ",".join(
            [f"{_quoted(name)}:{_quoted(v) if v.__class__ is str else json.dumps(v)}" for name, v in fields.items()]
        )
        + "}"
    )


def written_at(to: Target, source_id: str) -> datetime | None:
    """When the licence of a row was last written, by whomever; None when there is none. Locks it."""
    rows = Licence.objects.select_for_update(of=("self",)).filter(source_code=to.source_code, source_id=source_id)
    found: datetime | None = rows.order_by().values_list("updated_at", flat=True).first()
    return found


def clashing(rows: Sequence[Arrival], to: Target) -> dict[str, str]:
    """Rows whose number or identifier another licence has already: ``source_id`` to the word number or identifier.

    Within a source, too: a number that moves from one row to another is brought when the other has let it go.
    """
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for what in ("number", "identifier"):
            given = {getattr(row, what): row.source_id for row in rows if getattr(row, what)}
            cursor.execute(
                f"SELECT {what}, source_code, source_id FROM licences_licence WHERE {what} = ANY(%s) AND (type_id = %s OR %s)",
                [list(given), to.type_id, what == "identifier"],
            )
            for value, source_code, source_id in cursor.fetchall():
                if (source_code, source_id) != (to.source_code, given[value]):
                    found[given[value]] = what
    seen: dict[str, str] = {}
    for row in rows:
        for value in filter(None, (row.number, row.identifier)):
            if seen.setdefault(value, row.source_id) != row.source_id:
                found[row.source_id] = "number" if value == row.number else "identifier"
    return found
