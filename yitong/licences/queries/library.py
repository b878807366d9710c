"""Look-ups in the library, each by one index. Restricted data: the caller has settled the right, see ``consents``.

Pages and lists of people use ``permissions.visible_to`` instead.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache

from django.db.models import Q, QuerySet

from yitong.kernel.identifiers import InvalidIdentifier
from yitong.kernel.identifiers import licence as identifiers
from yitong.licences.holders import key_of_holder
from yitong.licences.models import Licence, LicenceType
from yitong.licences.rules.holders import Holder
from yitong.parties.queries import organisation
from yitong.storage import reading

_SOME, _SOME_TYPE, _SOME_KEY, _SOME_DAY = "?", "? type", b"?", date(1, 1, 1)
"""Stand-ins in statements that are kept."""


def with_types(rows: QuerySet[Licence]) -> QuerySet[Licence]:
    """The rows with their types read in the same statement."""
    return rows.select_related("type")


def in_force(on: date) -> Q:
    """Valid and within its term on the local day ``on``."""
    return Q(status=Licence.Status.VALID, valid_from__lte=on) & (Q(valid_until=None) | Q(valid_until__gte=on))


def of_key(holder_key: bytes) -> QuerySet[Licence]:
    """Every licence of a holder, whatever its standing, newest first."""
    return with_types(Licence.objects.filter(holder_key=holder_key)).order_by("-issued_on", "-id")


def of_keys(holder_keys: Collection[bytes]) -> QuerySet[Licence]:
    """As ``of_key`` for several holders at once."""
    return with_types(Licence.objects.filter(holder_key__in=list(holder_keys))).order_by("-issued_on", "-id")


def of_holder(holder: Holder) -> QuerySet[Licence]:
    """Every licence of ``holder``."""
    return of_key(key_of_holder(holder))


def valid_of(holder: Holder, type_codes: Collection[str] | None, on: date) -> list[Licence]:
    """The holder's licences of these types (None: of any) that are in force on ``on``, newest first."""
    rows = of_holder(holder).filter(in_force(on))
    return list(rows if type_codes is None else rows.filter(type__code__in=list(type_codes)))


def valid_of_type(holder: Holder, type_code: str, on: date) -> list[Licence]:
    """As ``valid_of`` for one type: what outside systems ask all day."""
    given = {_SOME_KEY: key_of_holder(holder), _SOME_TYPE: type_code, _SOME_DAY: on}
    return [reading.with_related(Licence, row, "type") for row in _valid_of_type().rows(given)]


@cache
def _valid_of_type() -> reading.Statement:
    return reading.statement(of_key(_SOME_KEY).filter(in_force(_SOME_DAY), type__code=_SOME_TYPE))


def open_to(licence: Licence, department_id: int | None) -> bool:
    """Whether this department may call this licence, as ``type_open_to``."""
    return type_open_to(licence.type, department_id)


def type_open_to(kind: LicenceType, department_id: int | None) -> bool:
    """Whether this department may call licences of the type. One query, and only where the type names its callers."""
    if not kind.callers:
        return True
    department = organisation.department(department_id) if department_id is not None else None
    return department is not None and department.code in kind.callers


def by_id(licence_id: int) -> Licence | None:
    """The licence with this row id."""
    return with_types(Licence.objects.filter(pk=licence_id)).first()


def by_ids(ids: Collection[int]) -> dict[int, Licence]:
    """Several licences by id, in one statement."""
    return with_types(Licence.objects.all()).in_bulk(list(ids))


def by_identifier(identifier: str) -> Licence | None:
    """The licence with this identifier, with or without the OID root."""
    try:
        whole = identifiers.parse(identifier.strip().upper()).value
    except InvalidIdentifier:
        return None
    found = _by_identifier().rows({_SOME: whole})
    return reading.with_related(Licence, found[0], "type") if found else None


@cache
def _by_identifier() -> reading.Statement:
    return reading.statement(with_types(Licence.objects.filter(identifier=_SOME)))


def by_number(number: str, type_code: str = "") -> Licence | None:
    """The newest version of the licence with this number; two types may share one, so name the type when it is known."""
    rows = Licence.objects.filter(number=number.strip().upper())
    if type_code:
        rows = rows.filter(type__code=type_code)
    return with_types(rows).order_by("-version", "-id").first()


def by_code(code: str) -> Licence | None:
    """The licence with this verification code."""
    return with_types(Licence.objects.filter(code=code)).first() if code else None


def papers_in_force(holder_keys: Collection[bytes], digests: Collection[str], on: date) -> set[tuple[bytes, str, str]]:
    """Of these SHA-256 of sealed PDFs, those of licences of these holders in force: (holder key, type code, SHA-256). One query."""
    rows = Licence.objects.filter(in_force(on), holder_key__in=list(holder_keys), document__sha256__in=list(digests))
    found = rows.values_list("holder_key", "type__code", "document__sha256")
    return {(bytes(key), code, digest) for key, code, digest in found}


def of_papers(digests: Collection[str]) -> list[Licence]:
    """Licences whose sealed PDF has one of these SHA-256, whatever their standing. One query."""
    rows = Licence.objects.filter(document__sha256__in=[each for each in digests if each])
    return list(with_types(rows).select_related("document"))


def following(licence: Licence) -> Licence | None:
    """The version that took this one's place."""
    return with_types(Licence.objects.filter(previous=licence.pk)).first()


def type_by_code(code: str) -> LicenceType | None:
    """The type with this code."""
    return LicenceType.objects.filter(code=code).first()


def types_by_code() -> dict[str, LicenceType]:
    """Every type by its code."""
    return {kind.code: kind for kind in LicenceType.objects.all()}
