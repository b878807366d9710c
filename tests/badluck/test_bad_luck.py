"""What breaks below the platform: the disk fills, the database goes away, the clock runs backwards."""

from __future__ import annotations

import errno
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client

from tests import cast as city
from tests.badluck.world import World
from tests.cast import NOW
from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.models import Case, CaseEvent
from yitong.cases.tests.conftest import ANSWERS, FORM, Office
from yitong.cases.tests.items import item
from yitong.documents import storage
from yitong.documents.commands import seal_pending
from yitong.documents.models import Document
from yitong.documents.tests.test_uploads import pdf
from yitong.kernel.reasons import Refused
from yitong.notifications.commands import drain
from yitong.notifications.models import Message


class FullDisk(storage.LocalDisk):
    """No room for another byte."""

    def write(self, handle: Any, chunk: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def browser(world: World, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.office.cast.account(who))
    return client


@pytest.fixture
def full_disk(world: World, monkeypatch: Any, settings: Any) -> Any:
    full = storage.FileStore(Path(settings.MEDIA_ROOT), FullDisk())
    with monkeypatch.context() as patched:
        patched.setattr(storage, "current", lambda: full)
        yield patched


def test_a_full_disk_while_sealing_keeps_the_document_waiting_and_says_so(world: World, full_disk: Any) -> None:
    office, address = world.office, f"/documents/{world.document.code}.pdf"
    waiting = Document.objects.filter(state="pending").count()
    assert waiting and seal_pending(now=office.now) == 0
    assert set(Document.objects.filter(state="pending").values_list("last_error", flat=True)) != {""}
    answer = browser(world, "citizen").get(address)
    assert answer.status_code == 503 and int(answer["Retry-After"]) > 0
    full_disk.undo()
    assert seal_pending(now=office.later(minutes=5), limit=100) == waiting
    served: Any = browser(world, "citizen").get(address)
    assert served.status_code == 200 and b"".join(served.streaming_content).startswith(b"%PDF-")


def test_a_full_disk_at_an_upload_says_so_beside_the_field_and_keeps_the_rest(world: World, full_disk: Any) -> None:
    client, address = browser(world, "citizen"), f"/apply/drafts/{world.draft.pk}/materials/layout/"
    before = Case.objects.get(pk=world.draft.pk)
    answer = client.post(address, {"files": SimpleUploadedFile("图.pdf", pdf()), "act": "add"})
    assert answer.status_code == 422 and "存储空间已满" in answer.content.decode()
    assert Case.objects.get(pk=world.draft.pk).form == before.form
    full_disk.undo()
    answer = client.post(address, {"files": SimpleUploadedFile("图.pdf", pdf()), "act": "add"})
    assert answer.status_code in (200, 302)


def test_a_clock_put_back_stops_acts_and_not_the_outbox_nor_the_seals(world: World) -> None:
    office = world.office
    yesterday = office.now - timedelta(days=1)
    with pytest.raises(Refused) as refusal:
        commands.supply_correction(actor=office.actor("citizen"), case_id=world.correcting.pk, now=yesterday)
    assert refusal.value.reasons[0].code == "clock_moved_back"
    instants = list(CaseEvent.objects.filter(case=world.correcting).order_by("seq").values_list("at", flat=True))
    assert instants == sorted(instants)

    Document.objects.filter(state="pending").update(claimed_until=office.now, next_attempt_at=office.now, attempts=1)
    Message.objects.update(state="sending", claimed_until=office.now, attempts=1, delivered_at=None)
    assert seal_pending(now=yesterday, limit=100) > 0
    assert drain(now=yesterday, limit=100) == Message.objects.count()


class CutOff:
    """Ends the connection from the server's side before the ``at``-th statement, as a restart of the server does."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen += 1
        if self.seen == self.at:
            _terminate(connection.connection.info.backend_pid)
        return execute(sql, params, many, context)


def _terminate(backend: int) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_a_database_restarted_in_the_middle_of_a_request_loses_nothing(
    settings: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    cast = city.build()
    office = Office(cast, item(cast.department("market").pk, NOW), NOW)
    monkeypatch.setattr("django.utils.timezone.now", lambda: office.now)
    client = Client(raise_request_exception=False)
    client.force_login(cast.account("citizen"))
    case_id = _draft(office, client)
    address, body = f"/api/cases/drafts/{case_id}/submit", '{"rev": null}'

    at = 0
    while True:
        at += 1
        assert at < 80
        cut = CutOff(at)
        with connection.execute_wrapper(cut):
            answer = client.post(address, body, content_type="application/json")
        # What the end of a request does outside the tests: a connection that failed is given up.
        connection.close()
        if cut.seen < at:
            break
        assert answer.status_code == 500, (at, answer.status_code)
        told = answer.json()["detail"]
        assert told and "Traceback" not in told
        # Before the commit nothing has happened, afterwards everything has, and asking again is told so.
        state = Case.objects.get(pk=case_id).state
        assert (state, CaseEvent.objects.filter(case=case_id, kind="submitted").count()) in {
            ("draft", 0),
            ("submitted", 1),
        }
    assert at > 5
    assert answer.status_code == 200 and answer.json()["state"] == "submitted"
    assert Entry.objects.filter(tag="cases:case:submitted").count() == 1


def _draft(office: Office, client: Client) -> int:
    """A complete draft with a token, as a program makes one."""
    body = {"item_code": office.item.basic_code, "answers": ANSWERS, "form": FORM, "client_token": "program-1"}
    made = client.post("/api/cases/drafts", json.dumps(body), content_type="application/json")
    assert made.status_code == 201, made.content
    case_id = int(made.json()["id"])
    for code in ("application", "layout", "rules"):
        given = json.dumps({"material_code": code, "stored_file_id": office.upload("citizen", f"{code}.png")})
        answer = client.post(f"/api/cases/drafts/{case_id}/materials", given, content_type="application/json")
        assert answer.status_code == 200, answer.content
    return case_id
