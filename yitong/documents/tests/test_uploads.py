"""What is kept, what goes to quarantine, what is refused before anything is written."""

from __future__ import annotations

import errno
import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.cast import NOW, Cast
from yitong.documents import storage
from yitong.documents.commands import uploads
from yitong.documents.models import QuarantinedFile, StoredFile
from yitong.documents.permissions import register_subject_policy
from yitong.documents.rules.filenames import LONGEST, extension, sanitised
from yitong.kernel.reasons import NotAllowed, Refused

ALL = ("pdf", "jpg", "png", "doc", "docx", "xls", "xlsx", "ofd", "zip")
MEBIBYTE = 1 << 20
Store = Callable[..., StoredFile]


@pytest.fixture
def store(cast: Cast) -> Store:
    def keep(content: bytes, name: str, accept: tuple[str, ...] = ALL, max_mb: int = 10, **more: Any) -> StoredFile:
        upload = SimpleUploadedFile(name, content)
        actor = cast.actor("citizen")
        return uploads.store(
            upload=upload, actor=actor, purpose="cases:material", accept=accept, max_mb=max_mb, now=NOW, **more
        )

    return keep


def refused(store: Store, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refusal:
        store(*args, **kwargs)
    (reason,) = refusal.value.reasons
    assert reason.field == "file"
    assert len(str(reason)) > 10 and "%(" not in str(reason)
    return reason.code


def test_a_person_over_the_limit_is_refused_before_anything_is_looked_at_and_others_go_on(
    db: None, media: Path, store: Store, cast: Cast, settings: Any
) -> None:
    settings.YITONG_RATE_LIMITS = {**settings.YITONG_RATE_LIMITS, "upload": (2, 3600), "upload_mb": (6, 86400)}
    png = picture("PNG")
    first, second = store(png, "1.png"), store(png, "2.png")
    assert refused(store, png, "3.png") == "too_many_uploads"
    assert refused(store, b"<html>", "4.png") == "too_many_uploads" and not QuarantinedFile.objects.exists()
    assert set(StoredFile.objects.all()) == {first, second}

    def by(who: str, size: int, now: datetime = NOW) -> StoredFile:
        upload = SimpleUploadedFile("大.png", png)
        upload.size = size
        actor = cast.actor(who)
        return uploads.store(upload=upload, actor=actor, purpose="p", accept=("png",), max_mb=10, now=now)

    assert by("clerk", 9 * MEBIBYTE) and by("clerk", 9 * MEBIBYTE) and by("clerk", 1)
    assert by("stranger", 4 * MEBIBYTE + 1)
    with pytest.raises(Refused):
        by("stranger", 2 * MEBIBYTE, NOW + timedelta(hours=1))
    assert by("stranger", 2 * MEBIBYTE, NOW + timedelta(days=1))


def pdf(change: Callable[[PdfWriter], None] | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def open_action(writer: PdfWriter, kind: str) -> None:
    action = {NameObject("/S"): NameObject(kind), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(DictionaryObject(action))


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, kind)
    return out.getvalue()


def archive(entries: dict[str, bytes], **options: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()


OFFICE = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
GOOD = {
    "身份证.pdf": (pdf(), "application/pdf"),
    "照片.JPEG": (picture("JPEG"), "image/jpeg"),
    "scan.png": (picture("PNG"), "image/png"),
    "表.xlsx": (archive(OFFICE), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "打包.zip": (archive({"a.txt": b"1", "b/c.txt": b"2"}), "application/zip"),
    "回执.ofd": (archive({"OFD.xml": b"<ofd/>"}), "application/ofd"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_kept_under_its_hash_and_reads_back(store: Store, name: str) -> None:
    content, content_type = GOOD[name]
    file = store(content, name)
    assert file.content_type == content_type and file.size == len(content)
    assert storage.current().read(file.sha256) == content
    assert not QuarantinedFile.objects.exists()


BAD = {
    "text called PDF": (b"hello, I am text", "a.pdf", "unknown_type"),
    "program called PDF": (b"MZ" + b"\0" * 400, "a.pdf", "unknown_type"),
    "page called picture": (b"<html><script>alert(1)</script></html>", "a.jpg", "unknown_type"),
    "picture called PDF": (picture("PNG"), "a.pdf", "type_mismatch"),
    "PDF cut in half": (pdf()[:200], "a.pdf", "pdf_damaged"),
    "PDF mark only": (b"%PDF-1.7\n", "a.pdf", "pdf_damaged"),
    "PDF mark and noise": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "a.pdf", "pdf_damaged"),
    "PDF with a password": (pdf(lambda writer: writer.encrypt("x")), "a.pdf", "pdf_encrypted"),
    "PDF with a script": (pdf(lambda writer: open_action(writer, "/JavaScript")), "a.pdf", "pdf_active"),
    "PDF with a file inside": (pdf(lambda writer: writer.add_attachment("x.exe", b"MZ")), "a.pdf", "pdf_embedded_file"),
    "PNG cut in half": (picture("PNG")[:300], "a.png", "image_damaged"),
    "JPEG cut in half": (picture("JPEG", (400, 300))[:2000], "a.jpg", "image_damaged"),
    "zip cut in half": (archive({"a": b"1" * 999, "b": b"2" * 999})[:150], "a.zip", "unknown_type"),
    "zip that climbs": (archive({"../../etc/passwd": b"x"}), "a.zip", "zip_path"),
    "zip with a program": (archive({"setup.exe": b"MZ"}), "a.zip", "zip_program"),
    "sheet with macros": (archive({**OFFICE, "xl/vbaProject.bin": b"x"}), "a.xlsx", "macros"),
    "old sheet with macros": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0_VBA_PROJECT".encode("utf-16-le"),
        "a.xls",
        "macros",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_by_its_reason_and_kept_in_quarantine(store: Store, what: str) -> None:
    content, name, code = BAD[what]
    found = refused(store, content, name)
    accepted = {code, "unknown_type"} if what == "zip cut in half" else {code}
    assert found in accepted
    row = QuarantinedFile.objects.get()
    assert row.reason_code == found and row.size == len(content)
    assert storage.current().read(row.sha256, "quarantine") == content
    assert not StoredFile.objects.exists()
    assert not (storage.current().root / "files").joinpath(row.sha256[:2]).exists()


def test_a_launch_action_anywhere_in_the_pdf_is_found(store: Store) -> None:
    def launch(writer: PdfWriter) -> None:
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
        )
        writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})

    assert refused(store, pdf(launch), "a.pdf") == "pdf_active"


def test_what_is_not_asked_for_here_is_refused(store: Store) -> None:
    assert refused(store, GOOD["打包.zip"][0], "a.zip", accept=("pdf", "jpg")) == "type_not_accepted"


def test_a_zip_bomb_is_stopped_while_it_unfolds(store: Store) -> None:
    bomb = archive({"zeros": b"\0" * (60 * MEBIBYTE)})
    assert len(bomb) < MEBIBYTE
    assert refused(store, bomb, "a.zip") == "zip_bomb"


def test_a_bomb_in_a_zip_in_a_zip_is_stopped_too(store: Store) -> None:
    inner = archive({"zeros": b"\0" * (60 * MEBIBYTE)})
    assert refused(store, archive({"inner.zip": inner}), "a.zip") == "zip_bomb"
    nested = archive({"c.zip": archive({"b.zip": archive({"a.zip": archive({"x": b"1"})})})})
    assert refused(store, nested, "a.zip") == "zip_nested"


def test_a_spreadsheet_bomb_is_a_bomb(store: Store) -> None:
    sheet = archive({**OFFICE, "xl/worksheets/sheet1.xml": b" " * (60 * MEBIBYTE)})
    assert refused(store, sheet, "a.xlsx") == "zip_bomb"


def test_an_image_bomb_is_refused_by_its_header(store: Store) -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert len(out.getvalue()) < MEBIBYTE
    assert refused(store, out.getvalue(), "a.png") in ("image_too_large", "image_bomb")


def test_too_large_is_refused_by_the_declared_size_and_while_streaming(store: Store, cast: Cast, media: Path) -> None:
    assert refused(store, b"%PDF-" + b"0" * (50 * MEBIBYTE), "a.pdf") == "too_large"

    class Liar:
        name = "a.pdf"
        given = 0

        def read(self, size: int) -> bytes:
            self.given += size
            return b"0" * size

    liar = Liar()
    with pytest.raises(Refused) as refusal:
        uploads.store(upload=liar, actor=cast.actor("citizen"), purpose="p", accept=("pdf",), max_mb=2, now=NOW)
    assert refusal.value.reasons[0].code == "too_large"
    assert liar.given < 3 * MEBIBYTE
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_an_empty_file_is_refused(store: Store) -> None:
    assert refused(store, b"", "a.pdf") == "empty_file"


class FullDisk(storage.LocalDisk):
    """Fails where a full disk can: at the write, the flush or the rename."""

    def __init__(self, at: str) -> None:
        self.at = at

    def _maybe(self, at: str) -> None:
        if self.at == at:
            raise OSError(errno.ENOSPC, "No space left on device")

    def write(self, handle: BinaryIO, chunk: bytes) -> None:
        super().write(handle, chunk[:10])
        self._maybe("write")

    def flush(self, handle: BinaryIO) -> None:
        self._maybe("flush")
        super().flush(handle)

    def rename(self, source: Path, target: Path) -> None:
        self._maybe("rename")
        super().rename(source, target)


@pytest.mark.parametrize("at", ["write", "flush", "rename"])
def test_a_full_disk_is_said_plainly_and_leaves_nothing(store: Store, media: Path, monkeypatch: Any, at: str) -> None:
    disk = FullDisk(at)
    if at != "write":
        disk.write = storage.LocalDisk.write.__get__(disk)  # type: ignore[method-assign]
    monkeypatch.setattr(storage, "current", lambda: storage.FileStore(media, disk))
    assert refused(store, GOOD["身份证.pdf"][0], "a.pdf") == "storage_full"
    assert not [path for path in media.rglob("*") if path.is_file()]
    assert not StoredFile.objects.exists()


def test_only_the_uploader_and_the_subjects_policy_may_read(store: Store, cast: Cast, client: Client) -> None:
    file = store(GOOD["身份证.pdf"][0], "a.pdf", subject="tests:7")
    client.force_login(cast.account("citizen"))
    answer: Any = client.get(f"/files/{file.pk}/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == GOOD["身份证.pdf"][0]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Disposition"].startswith("attachment")
    client.force_login(cast.account("stranger"))
    assert client.get(f"/files/{file.pk}/").status_code == 404
    assert client.get("/files/999999/").status_code == 404
    register_subject_policy("tests", lambda actor, subject: actor.name == "外人" and subject == "tests:7")
    assert client.get(f"/files/{file.pk}/").status_code == 200
    client.logout()
    assert client.get(f"/files/{file.pk}/").status_code == 404


def test_a_file_is_assigned_once_and_by_its_uploader(store: Store, cast: Cast) -> None:
    file = store(GOOD["身份证.pdf"][0], "a.pdf")
    with pytest.raises(NotAllowed):
        uploads.assign(stored_file_id=file.pk, subject="case:1", actor=cast.actor("stranger"))
    uploads.assign(stored_file_id=file.pk, subject="case:1", actor=cast.actor("citizen"))
    uploads.assign(stored_file_id=file.pk, subject="case:1", actor=cast.actor("citizen"))
    with pytest.raises(NotAllowed):
        uploads.assign(stored_file_id=file.pk, subject="case:2", actor=cast.actor("citizen"))


def test_the_console_lists_downloads_and_discards_quarantined_files(
    store: Store, cast: Cast, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    refused(store, b"not a pdf", "报告.pdf")
    row = QuarantinedFile.objects.get()
    client.force_login(cast.account("citizen"))
    assert client.get("/console/documents/quarantine/").status_code == 302
    client.force_login(cast.account("clerk"))
    assert client.get("/console/documents/quarantine/").status_code in (403, 404)
    client.force_login(cast.account("admin"))
    page = client.get("/console/documents/quarantine/")
    assert "报告.pdf" in page.content.decode()
    answer: Any = client.get(f"/console/documents/quarantine/{row.pk}/download/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join(answer.streaming_content) == b"not a pdf"
    assert client.get(f"/console/documents/quarantine/{row.pk}/discard/").status_code == 200
    assert QuarantinedFile.objects.get().state == "held"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/console/documents/quarantine/{row.pk}/discard/")
    assert QuarantinedFile.objects.get().state == "discarded"
    assert not storage.current().path(row.sha256, "quarantine").exists()
    with pytest.raises(NotAllowed):
        uploads.discard(quarantined_id=row.pk, actor=cast.actor("clerk"), now=NOW)


@given(st.text(max_size=300))
def test_any_name_becomes_harmless(name: str) -> None:
    clean = sanitised(name)
    assert clean and len(clean) <= LONGEST
    assert not set(clean) & set('/\\<>:"|?*\0\n\r\u202e') and clean not in (".", "..")
    assert sanitised(clean) == clean


def test_a_name_keeps_its_extension_and_loses_its_folders() -> None:
    assert sanitised("C:\\fakepath\\身份证 正面.PDF") == "身份证 正面.pdf"
    assert sanitised("../../etc/passwd") == "passwd"
    assert sanitised("a\u202efdp.exe") == "afdp.exe"
    assert extension("x.JPEG") == "jpg" and extension("x") == ""
    assert sanitised("长" * 300 + ".pdf").endswith(".pdf")
