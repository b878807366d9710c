"""A worker or web process killed at every point of its work: run again, nothing is lost and nothing happens twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests import cast as city
from tests.badluck.killing import every_point
from tests.cast import NOW, Cast
from yitong.audit.commands import ensure_keys, record, sequence_all
from yitong.audit.models import Checkpoint, Entry
from yitong.cases import commands
from yitong.cases.models import Case, CaseEvent
from yitong.cases.tests.conftest import PNG, Office
from yitong.cases.tests.items import item
from yitong.documents import storage
from yitong.documents.commands import issue, seal_pending, templates, uploads
from yitong.documents.models import Document, StoredFile
from yitong.documents.rules.kinds import kind_of
from yitong.documents.seals import keys
from yitong.kernel import merkle
from yitong.notifications.commands import Recipient, drain, send
from yitong.notifications.models import LocalDelivery, Message

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(minutes=10)
"""When the leases of what was killed are over."""


@pytest.fixture
def people(settings: Any, tmp_path: Any) -> Cast:
    settings.MEDIA_ROOT = tmp_path / "media"
    templates.ensure_templates(NOW)
    keys.ensure_keys(NOW)
    ensure_keys(now=NOW)
    return city.build()


def sample(kind: str) -> dict[str, Any]:
    fields = kind_of(kind).all_fields.items()
    return {name: field.sample for name, field in fields if name not in {"number", "issuer_name", "issued_on"}}


def test_every_message_is_delivered_once(people: Cast) -> None:
    person = people.person("citizen")
    recipient = Recipient(person_id=person.pk, phone=person.phone, name=person.name)

    def work(point: int) -> Any:
        for number in (f"{point}a", f"{point}b"):
            context = {"item": "食品经营许可", "number": number}
            send(template="case_withdrawn", recipient=recipient, context=context, dedup_key=number, now=NOW)
        return lambda: drain(now=NOW)

    for _ in every_point(work):
        drain(now=LATER)
        assert set(Message.objects.values_list("state", flat=True)) == {"delivered"}
    drain(now=LATER)
    messages, taken = Message.objects.filter(channel="sms"), LocalDelivery.objects.all()
    assert sorted(taken.values_list("text", flat=True)) == sorted(messages.values_list("text", flat=True))
    assert Message.objects.exclude(state="delivered").count() == 0


def test_every_entry_gets_one_place_in_the_log(people: Cast) -> None:
    def work(point: int) -> Any:
        for name in "ab":
            record(actor_ref="system:tests", tag="tests:point:killed", subject=f"t:{point}{name}", detail={}, now=NOW)
        return lambda: sequence_all(now=NOW)

    for _ in every_point(work):
        sequence_all(now=LATER)
    entries = list(Entry.objects.order_by("index"))
    assert [entry.index for entry in entries] == list(range(len(entries)))
    leaves = [merkle.leaf_hash(entry.leaf()) for entry in entries]
    for checkpoint in Checkpoint.objects.all():
        assert bytes(checkpoint.root) == merkle.root(leaves[: checkpoint.size])


def test_every_document_is_sealed_once_and_no_number_is_lost(people: Cast) -> None:
    def issued(point: int) -> None:
        issue(
            kind="acceptance_notice",
            subject=f"case:{point}",
            issuer_department_id=people.department("market").pk,
            region_id=people.region().pk,
            context=sample("acceptance_notice"),
            actor=people.actor("accepter"),
            now=NOW,
        )

    def work(point: int) -> Any:
        issued(point)
        return lambda: seal_pending(now=NOW)

    for _ in every_point(work):
        seal_pending(now=LATER)
        assert not Document.objects.exclude(state="sealed").exists()
    numbers = []
    for document in Document.objects.order_by("id"):
        numbers.append(document.number)
        assert hashlib.sha256(storage.current().read(document.sha256, "sealed")).hexdigest() == document.sha256
    assert len(set(numbers)) == len(numbers)
    serials = sorted(int(number.rstrip("号").rsplit("第", 1)[1]) for number in numbers)
    assert serials == list(range(1, len(numbers) + 1)), "A number given in vain would be a gap in the series."
    tags = Counter(Entry.objects.filter(tag="documents:document:sealed").values_list("subject", flat=True))
    assert set(tags.values()) == {1}


def test_a_submission_happens_once_or_not_at_all(people: Cast) -> None:
    office = Office(people, item(people.department("market").pk, NOW), NOW)
    case = office.draft()

    def submit() -> Case:
        return commands.submit(actor=office.actor("citizen"), case_id=case.pk, now=office.now, client_token="browser-1")

    for _ in every_point(lambda point: submit):
        state = Case.objects.get(pk=case.pk).state
        events = CaseEvent.objects.filter(case=case, kind="submitted").count()
        assert (state, events) in {("draft", 0), ("submitted", 1)}
    number = submit().number
    assert number == submit().number
    assert Entry.objects.filter(tag="cases:case:submitted").count() == 1
    assert Document.objects.filter(subject=f"case:{case.pk}", kind="receipt_of_materials").count() == 1
    assert Message.objects.values("dedup_key", "channel").distinct().count() == Message.objects.count()


def test_an_upload_is_whole_or_absent(people: Cast) -> None:
    actor = people.actor("citizen")

    def work(point: int) -> Any:
        content = PNG + str(point).encode()
        upload = SimpleUploadedFile("图.png", content, "image/png")
        return lambda: uploads.store(
            upload=upload, actor=actor, purpose="cases:material", accept=("png",), max_mb=1, now=NOW
        )

    for _ in every_point(work):
        for file in StoredFile.objects.all():
            assert hashlib.sha256(storage.current().read(file.sha256)).hexdigest() == file.sha256
    assert StoredFile.objects.exists()
    left = list(storage.current().root.glob("*/.part-*"))
    storage.current().forget_drafts(LATER + timedelta(days=365))
    assert left and not list(storage.current().root.glob("*/.part-*"))


@pytest.fixture(autouse=True)
def fresh_connection() -> Any:
    yield
    connection.close()
