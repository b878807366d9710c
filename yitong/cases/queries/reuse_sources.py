"""What the library, the registers, the archive and the departments have for one holder, as ``rules.reuse.Candidate``.

One query each, and only for what the materials ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from yitong.archive.queries import among as archive
from yitong.cases.models import Case
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.reuse import ARCHIVE, CONNECTOR, LICENCE, VERIFICATION, Candidate, DataField
from yitong.catalog.queries.items import version
from yitong.catalog.records import Material
from yitong.catalog.rules.scenarios import selected
from yitong.exchange import queries as exchange
from yitong.licences.holders import holder_of_enterprise, holder_of_person
from yitong.licences.queries import library
from yitong.licences.rules.fields import Confidentiality, whole
from yitong.licences.rules.holders import Holder
from yitong.parties.queries import people
from yitong.parties.queries.organisation import department_by_code


def holder_of(case: Case) -> Holder:
    """The applicant as the holder of licences. One query, none when the case was read with its applicant."""
    if case.applicant_person_id is not None:
        person = _cached(case, "applicant_person") or people.person(case.applicant_person_id)
        return holder_of_person(person)
    enterprise = _cached(case, "applicant_enterprise") or people.enterprise(case.applicant_enterprise_id or 0)
    return holder_of_enterprise(enterprise)


def _cached(case: Case, name: str) -> Any:
    return case._state.fields_cache.get(name)


def asked_materials(case: Case) -> list[Material]:
    """What the answers call for, and what an answer still open may call for."""
    record = version(case.version_id).record
    selection = selected(record, case.answers, case.form)
    return [*selection.materials, *selection.possible_materials]


def licences(holder: Holder, materials: Sequence[Material], department_id: int, on: date) -> list[Any]:
    """The holder's licences in force of the types the materials name, as far as the case's department may call them."""
    types = {each.licence_type for each in materials} - {""}
    rows = library.valid_of(holder, types, on) if types else []
    return [row for row in rows if library.open_to(row, department_id)]


def licence_candidate(row: Any) -> Candidate:
    """A licence as a finding: what it is, never what it says."""
    return Candidate(
        kind=LICENCE,
        matches=frozenset({row.type.code}),
        reference=str(row.pk),
        title=row.type.name,
        origin=row.issuer_name,
        as_of=row.issued_on,
        holds_until=row.valid_until,
        fields=tuple(_field(each) for each in row.type.fields),
    )


def _field(field: Any) -> DataField:
    sensitive = whole(field)["confidentiality"] == Confidentiality.SENSITIVE.value
    return DataField(str(field["name"]), str(field["label"]), sensitive)


def connectors(materials: Sequence[Material], kind: str) -> list[Candidate]:
    """Registers that answer for a material of such an applicant. Nobody is asked yet: that takes the holder's agreement."""
    codes = {each.connector for each in materials} - {""}
    if not codes:
        return []
    return [
        Candidate(
            kind=CONNECTOR,
            matches=frozenset({each.code}),
            reference=each.code,
            title=each.name,
            origin=each.source_name,
            fields=tuple(DataField(name, label, name in each.confidential) for name, label in each.fields),
            available=each.enabled and each.working,
            note="standin" if each.standin else "",
        )
        for each in exchange.in_service(kind)
        if each.code in codes
    ]


def archived(holder: Holder, materials: Sequence[Material], on: date) -> list[Candidate]:
    """What the applicant handed in or uploaded before and may be used again. One query, whatever the number of materials."""
    types = frozenset(each.licence_type for each in materials) - {""}
    names = frozenset(each.name for each in materials)
    return [
        Candidate(
            kind=ARCHIVE,
            matches=frozenset({row.material_name, row.name, row.licence_type} - {""}),
            reference=str(row.pk),
            title=row.name,
            origin=row.material_name,
            as_of=local_date(row.created_at),
            holds_until=row.read_until,
            trust=row.trust,
        )
        for row in archive.reusable_among(holder, licence_types=types, names=names, on=on)
    ]


def verifiers(materials: Iterable[Material]) -> list[Candidate]:
    """Departments that can be asked."""
    found = [department_by_code(code) for code in sorted({each.verifier for each in materials} - {""})]
    return [
        Candidate(VERIFICATION, frozenset({each.code}), each.code, each.name, each.name)
        for each in found
        if each is not None
    ]
