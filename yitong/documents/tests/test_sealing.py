"""Issuing, numbering and sealing."""

from __future__ import annotations

import errno
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast
from yitong.documents import queries, storage
from yitong.documents.commands import issue, retry_all, seal_pending
from yitong.documents.commands.sealing import MOST_ATTEMPTS, SealingFailed, piece_of, render_piece
from yitong.documents.models import DepartmentMark, Document, DocumentSeries, DocumentTemplate
from yitong.documents.rules.kinds import KINDS
from yitong.documents.tests.conftest import sample
from yitong.kernel.reasons import Refused
from yitong.parties.actors import system

Make = Callable[..., Document]


class FullDisk(storage.LocalDisk):
    """Takes the first ``room`` bytes, then says what a full file system says."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, handle: BinaryIO, chunk: bytes) -> None:
        if len(chunk) > self.room:
            handle.write(chunk[: self.room])
            raise OSError(errno.ENOSPC, "No space left on device")
        super().write(handle, chunk)


def text_of(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", "", done.stdout.decode())


def test_issuing_is_one_insert_and_does_not_need_the_template_to_be_read_first(issued: Make) -> None:
    issued()
    with CaptureQueriesContext(connection) as seen:
        document = issued()
    inserts = [query["sql"] for query in seen if "documents_" in query["sql"]]
    assert len(inserts) == 1 and "INSERT INTO documents_document" in inserts[0]
    assert document.state == "pending" and document.number is None and len(document.code) == 16


def test_a_missing_value_is_refused_by_its_name(cast: Cast) -> None:
    context = sample("correction_notice")
    del context["items"]
    with pytest.raises(Refused) as refusal:
        issue(
            kind="correction_notice",
            subject="case:1",
            issuer_department_id=cast.department().pk,
            region_id=cast.region().pk,
            context=context,
            actor=cast.actor("accepter"),
            now=NOW,
        )
    assert [(reason.code, reason.field) for reason in refusal.value.reasons] == [("missing_value", "context.items")]
    assert Document.objects.count() == 0


def test_a_name_the_font_cannot_draw_is_refused_naming_the_character(issued: Make) -> None:
    with pytest.raises(Refused) as refusal:
        issued(applicant_name="𠮷野")
    (reason,) = refusal.value.reasons
    assert reason.code == "undrawable" and reason.field == "context.applicant_name"
    assert "U+20BB7" in str(reason)


@pytest.mark.parametrize("kind", [code for code in KINDS if code != "licence"])
def test_every_kind_of_notice_is_sealed_and_says_what_it_must(issued: Make, kind: str) -> None:
    document = issued(kind)
    pdf = queries.pdf(document, NOW)
    text = text_of(pdf)
    assert document.number in text
    assert f"示市监〔2026〕{KINDS[kind].word}字第000001号" == document.number
    assert "李梅" in text and "示范市市场监督管理局" in text and "2026年9月24日" in text
    assert KINDS[kind].title in text
    assert "{{" not in text


def test_a_refusal_cites_the_article_and_both_remedies(issued: Make) -> None:
    text = text_of(queries.pdf(issued("refusal_decision"), NOW))
    assert "第三十八条第二款" in text and "六十日内" in text and "行政复议" in text
    assert "六个月内" in text and "行政诉讼" in text
    assert "不符合《居住证暂行条例》第二条规定的居住半年以上条件。" in text


def test_pdfsig_calls_the_seal_valid(issued: Make, tmp_path: Path) -> None:
    file = tmp_path / "notice.pdf"
    file.write_bytes(queries.pdf(issued(), NOW))
    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in said
    assert "ETSI.CAdES.detached" in said and "Total document signed" in said
    assert "示范市市场监督管理局电子印章" in said


def test_numbers_run_without_gaps_by_department_kind_and_year(issued: Make) -> None:
    first = [issued() for _ in range(3)]
    other_kind, other_department = issued("receipt_of_materials"), issued(department="service")
    assert seal_pending(now=NOW, limit=50) == 5
    assert seal_pending(now=NOW, limit=50) == 0
    next_year = issued(now=NOW.replace(year=2027))
    last_of_the_year = issued(now=NOW.replace(month=12, day=31, hour=23, minute=59))
    seal_pending(now=NOW.replace(year=2027), limit=50)
    everything = (*first, other_kind, other_department, next_year, last_of_the_year)
    numbers = [Document.objects.get(pk=document.pk).number for document in everything]
    assert numbers == [
        "示市监〔2026〕受字第000001号",
        "示市监〔2026〕受字第000002号",
        "示市监〔2026〕受字第000003号",
        "示市监〔2026〕收字第000001号",
        "示行审〔2026〕受字第000001号",
        "示市监〔2027〕受字第000001号",
        "示市监〔2026〕受字第000004号",
    ]


def test_two_departments_of_the_same_kind_get_different_marks(issued: Make, cast: Cast) -> None:
    twin = cast.department("service")
    twin.name = "示范市市场监督管理局分局"
    twin.save()
    for document in (issued(), issued(department="service")):
        queries.pdf(document, NOW)
    marks = list(DepartmentMark.objects.order_by("id").values_list("mark", flat=True))
    assert len(set(marks)) == 2 and marks[0] == "示市监" and marks[1].startswith("示市监")


def test_the_date_is_that_of_the_act_and_the_pdf_depends_on_nothing_else(issued: Make) -> None:
    document = issued(now=NOW.replace(month=3, day=5))
    fresh = Document.objects.select_related("issuer_department", "template").get(pk=document.pk)
    once, again = (render_piece(piece_of(fresh, "示市监〔2026〕受字第000001号")).pdf for _ in range(2))
    assert once == again
    assert "2026年3月5日" in text_of(queries.pdf(document, NOW))


def test_opening_seals_once_and_gives_the_same_bytes_ever_after(issued: Make) -> None:
    document = issued()
    first = queries.pdf(document, NOW)
    again = queries.pdf(Document.objects.get(pk=document.pk), NOW + timedelta(days=3))
    assert first == again
    assert seal_pending(now=NOW) == 0


def test_a_full_disk_takes_no_number_leaves_nothing_and_heals(issued: Make, media: Path, monkeypatch) -> None:
    document = issued()
    monkeypatch.setattr(storage, "current", lambda: storage.FileStore(media, FullDisk(room=1000)))
    with pytest.raises(SealingFailed):
        queries.pdf(document, NOW)
    row = Document.objects.get(pk=document.pk)
    assert row.state == "pending" and row.number is None and row.last_error.startswith("storage_full")
    assert not DocumentSeries.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]
    for attempt in range(MOST_ATTEMPTS + 2):
        seal_pending(now=NOW + timedelta(hours=2 * attempt + 1))
    assert Document.objects.get(pk=document.pk).state == "pending"
    monkeypatch.undo()
    storage.current().root.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(storage, "current", lambda: storage.FileStore(media))
    assert seal_pending(now=NOW + timedelta(days=9)) == 1
    assert Document.objects.get(pk=document.pk).number.endswith("000001号")


def test_a_document_that_cannot_be_made_is_given_up_and_can_be_retried(issued: Make, monkeypatch) -> None:
    document = issued()

    def broken(*args: object, **kwargs: object) -> None:
        raise ValueError("no such glyph")

    monkeypatch.setattr("yitong.documents.commands.sealing.render_piece", broken)
    moment = NOW
    for _ in range(MOST_ATTEMPTS):
        seal_pending(now=moment)
        moment += timedelta(hours=2)
    row = Document.objects.get(pk=document.pk)
    assert row.state == "failed" and row.attempts == MOST_ATTEMPTS and "no such glyph" in row.last_error
    assert seal_pending(now=moment) == 0
    monkeypatch.undo()
    assert retry_all(actor=system("tests"), now=moment) == 1
    assert seal_pending(now=moment) == 1


def test_a_claimed_document_returns_when_its_worker_died(issued: Make) -> None:
    document = issued()
    Document.objects.filter(pk=document.pk).update(claimed_until=NOW + timedelta(seconds=60), attempts=1)
    assert seal_pending(now=NOW + timedelta(seconds=59)) == 0
    assert seal_pending(now=NOW + timedelta(seconds=60)) == 1


def test_a_sealed_document_and_a_published_template_cannot_be_changed(issued: Make) -> None:
    document = issued()
    queries.pdf(document, NOW)
    changes: tuple[dict[str, Any], ...] = (
        {"number": "伪造"},
        {"sha256": "0" * 64},
        {"context": {}},
        {"state": "pending", "number": None},
    )
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=document.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentTemplate.objects.filter(active=True).update(body="另一种说法")
