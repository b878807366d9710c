"""Many rows of what the world has one of, copied in the database: lists are to show them, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import GeneratedField, Model

from tests.badluck.certificates_world import GROWN as GROWN_CERTIFICATES
from tests.badluck.certificates_world import grow_certificates
from tests.badluck.world import World
from yitong.archive.models import ArchivedFile, ArchiveUse
from yitong.audit.models import Entry
from yitong.cases.models import Case
from yitong.catalog.models import ImportBatch, ServiceItem
from yitong.documents.models import Document, QuarantinedFile
from yitong.feedback.models import Rating
from yitong.kernel.identifiers import idcard, uscc
from yitong.licences.models import Licence
from yitong.notifications.models import LocalDelivery, Message
from yitong.parties.models import (
    AuthorisationLetter,
    Counter,
    Delegation,
    Department,
    Enterprise,
    EnterpriseHandler,
    Mandate,
    Person,
    Post,
    Region,
    Staff,
)

Vary = Callable[[int], dict[str, Any]]


def copies(row: Model, numbers: range, vary: Vary) -> list[Any]:
    """Copies of ``row``, one for each number, with the columns of ``vary(number)`` in place of its own."""
    kept = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and not isinstance(field, GeneratedField) and field.name != "search"
    }
    return list(type(row)._default_manager.bulk_create(type(row)(**{**kept, **vary(n)}) for n in numbers))


def grow(world: World, numbers: range) -> None:
    """Add a row for each number to every list."""
    _cases(world, numbers)
    _papers(world, numbers)
    _parties(world, numbers)
    grow_certificates(world.ids, numbers, copies)
    papers = copies(
        ArchivedFile.objects.get(pk=world.ids["archived_id"]),
        numbers,
        lambda n: {"ref": f"copy{n}", "name": f"材料{n}"},
    )
    offset = numbers.start
    use = ArchiveUse.objects.filter(file_id=world.ids["archived_id"])[0]
    copies(use, numbers, lambda n: {"file_id": papers[n - offset].pk})


def _cases(world: World, numbers: range) -> None:
    number = str(world.correcting.number)
    for case in (Case.objects.get(pk=world.correcting.pk), Case.objects.get(pk=world.case.pk)):
        made = copies(
            case,
            numbers,
            lambda n, own=case: {
                "number": f"{number[:-6]}{own.pk % 10}{n:05d}",
                "client_token": None,
                "licence_id": None,
            },
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cases_case SET search = source.search, rev = cases_case.rev + 1 FROM cases_case source "
                "WHERE source.id = %s AND cases_case.id = ANY(%s)",
                [case.pk, [each.pk for each in made]],
            )
        if case.pk == world.case.pk:
            _ratings(made)
    copies(world.draft, numbers, lambda n: {"client_token": None})


def _ratings(cases: list[Case]) -> None:
    Rating.objects.bulk_create(
        Rating(
            case=case,
            case_number=case.number,
            item_name=case.item_name,
            department_id=case.department_id,
            region_id=case.region_id,
            rated_by_ref="person:1",
            level=1 + case.pk % 5,
            tags=[],
            text="窗口态度很好",
            channel="web",
            at=case.submitted_at,
        )
        for case in cases
    )


def _papers(world: World, numbers: range) -> None:
    documents = copies(
        Document.objects.get(pk=world.licence.document_id),
        numbers,
        lambda n: {"code": f"CODE{n:08d}", "number": None, "state": "pending"},
    )
    offset = numbers.start
    copies(
        Licence.objects.get(pk=world.licence.pk),
        numbers,
        lambda n: {
            "identifier": f"ID{n}",
            "number": f"NO{n}",
            "code": f"CODE{n:08d}",
            "case_number": f"CASE{n}",
            "document_id": documents[n - offset].pk,
        },
    )
    copies(QuarantinedFile.objects.all()[0], numbers, lambda n: {"original_name": f"{n}.pdf"})
    copies(Message.objects.get(pk=world.ids["message_id"]), numbers, lambda n: {"dedup_key": f"copy:{n}"})
    copies(LocalDelivery.objects.all()[0], numbers, lambda n: {"idempotency_key": f"copy:{n}"})
    copies(ImportBatch.objects.all()[0], numbers, lambda n: {"file_name": f"{n}.yaml"})
    copies(Entry.objects.all()[0], numbers, lambda n: {"index": None, "leaf_hash": None})
    item = ServiceItem.objects.get(pk=world.office.item.item_id)
    copies(
        item,
        numbers,
        lambda n: {
            "basic_code": f"0009{n:08d}",
            "implementation_code": f"{item.implementation_code[:19]}0009{n:08d}",
            "state": "draft",
            "current_version_id": None,
        },
    )


def _parties(world: World, numbers: range) -> None:
    cast = world.office.cast
    today = world.office.now.date()
    citizen = cast.person("citizen")
    people = copies(
        citizen,
        numbers,
        lambda n: {"name": f"人{n}", "idcard": idcard.compose("439901", date(1980, 1, 1), 100 + n), "phone": ""},
    )
    copies(
        cast.region("village"),
        numbers,
        lambda n: {"code": f"43990100{n:04d}", "name": f"村{n}", "path": f"439900/439901/439901001/{n}/"},
    )
    copies(
        cast.department("health"),
        numbers,
        lambda n: {"code": f"d{n}", "name": f"局{n}", "uscc": uscc.compose("1", "1", "439900", f"MB1{n:05d}")},
    )
    copies(cast.counters["market"], numbers, lambda n: {"code": f"C{n:03d}", "name": f"窗口{n}"})
    staff = copies(cast.staff_member("reviewer"), numbers, lambda n: {"number": f"T{n:03d}", "name": f"员{n}"})
    copies(cast.posts["陈静"], numbers, lambda n: {"name": f"岗{n}"})
    offset = numbers.start
    assert cast.letter is not None
    copies(cast.letter, numbers, lambda n: {"number": f"函{n}", "staff_id": staff[n - offset].pk})
    delegation = Delegation.objects.get(pk=world.ids["delegation_id"])
    copies(delegation, numbers, lambda n: {"item_code": f"0009{n:08d}"})
    copies(Mandate.objects.get(pk=world.ids["mandate_id"]), numbers, lambda n: {"agent_id": people[n - offset].pk})
    handler = EnterpriseHandler.objects.get(pk=world.ids["handler_id"])
    copies(handler, numbers, lambda n: {"person_id": people[n - offset].pk, "valid_from": today - timedelta(days=n)})
    copies(
        cast.enterprise(),
        numbers,
        lambda n: {"name": f"企业{n}", "uscc": uscc.compose("9", "1", "439901", f"MA1{n:05d}")},
    )


GROWN = (
    AuthorisationLetter, Case, Counter, Delegation, Department, Document, Enterprise, EnterpriseHandler, Entry, ImportBatch,
    Licence, LocalDelivery, Mandate, Message, Person, Post, QuarantinedFile, Rating, Region, ServiceItem, Staff,
    *GROWN_CERTIFICATES, ArchivedFile, ArchiveUse,
)  # fmt: skip
