"""Prepared items to publish, and a library that is filled type by type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tests.cast import NOW, Cast
from yitong.catalog.commands import drafts, publishing
from yitong.catalog.queries.items import PublishedItem, published
from yitong.kernel.identifiers import licence as identifiers
from yitong.licences.commands import ensure_types
from yitong.licences.models import Licence, LicenceType
from yitong.parties.actors import system
from yitong.site.demo.items import envelopes

TEACHER = "000105001000"
RESIDENCE = "000709004000"
PLAIN = {"connector": "", "verifier": "", "fills": {}}


def publish_prepared(
    cast: Cast, code: str, department: str = "health", changes: dict[str, dict[str, str]] | None = None
) -> PublishedItem:
    """Publish a prepared item by its basic code; its materials name licence types only.

    ``changes``: by material code, what a material names besides.
    """
    ensure_types(NOW)
    record = next(one.record for one in envelopes() if one.basic_code == code)
    materials = tuple(
        material.model_copy(update={**PLAIN, **(changes or {}).get(material.code, {})}) for material in record.materials
    )
    steps = tuple(step.model_copy(update={"department": ""}) for step in record.steps)
    found = record.model_copy(update={"materials": materials, "steps": steps})
    loader = system("loading")
    version = drafts.create_item(
        actor=loader, basic_code=code, department_id=cast.department(department).pk, record=found, now=NOW
    )
    publishing.publish(actor=loader, version_id=version.pk, rev=version.rev, now=NOW)
    return published(code)


def fill_library(cast: Cast, codes: Iterable[str]) -> None:
    """Put one arrived licence of each of these types into the library."""
    department = cast.department()
    for number, code in enumerate(sorted(set(codes)), start=1):
        Licence.objects.create(
            identifier=identifiers.compose(code, department.uscc, f"SN{number:06d}", 1),
            number=f"测{number}",
            type=LicenceType.objects.get(code=code),
            holder_kind="person",
            holder_key=bytes(16),
            holder_name="李梅",
            issued_on=date(2026, 1, 1),
            valid_from=date(2026, 1, 1),
            issuer_uscc=department.uscc,
            issuer_name=department.name,
            region=cast.region(),
            source_code="test",
            source_id=str(number),
            created_at=NOW,
            updated_at=NOW,
        )
