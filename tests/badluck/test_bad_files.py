"""Bad files at every door that takes files: refused with a reason, and nothing that was there before is lost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configuration
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.badluck.world import World
from yitong.cases.models import Case, CaseMaterial
from yitong.catalog.models import ImportBatch, ItemVersion
from yitong.documents.models import QuarantinedFile
from yitong.documents.tests.test_uploads import OFFICE, archive, open_action, pdf, picture

MEBIBYTE = 1 << 20
BOMB = 60 * MEBIBYTE


def image_bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


def laughs() -> bytes:
    """YAML that unfolds to a thousand million words."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines).encode()


def bad_files() -> Iterator[tuple[str, bytes]]:
    yield "empty.pdf", b""
    yield "text.pdf", b"this is no PDF"
    yield "half.pdf", pdf()[:150]
    yield "script.pdf", pdf(lambda writer: open_action(writer, "/JavaScript"))
    yield "program.pdf", b"MZ" + b"\0" * 500
    yield "picture-called.pdf", picture("PNG")
    yield "bomb.png", image_bomb()
    yield "bomb.zip", archive({"zeros": b"\0" * BOMB})
    yield "sheet-bomb.xlsx", archive({**OFFICE, "xl/worksheets/sheet1.xml": b" " * BOMB})
    yield "page.html", b"<script>alert(1)</script>"
    yield "长" * 400 + ".pdf", b"%PDF-1.4\n"
    yield "../../etc/passwd", b"root:x:0:0"
    yield "50MB.pdf", b"%PDF-1.4\n" + b"0" * (50 * MEBIBYTE)


FILES = dict(bad_files())


def browser(world: World, who: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.office.cast.account(who))
    return client


def given(world: World) -> list[tuple[str, int]]:
    rows = CaseMaterial.objects.filter(case=world.draft, superseded_at=None).order_by("id")
    return list(rows.values_list("code", "stored_file_id"))


def test_a_bad_material_is_refused_by_name_and_the_draft_stays(world: World) -> None:
    client, before = browser(world, "citizen"), given(world)
    held = QuarantinedFile.objects.count()
    address = f"/apply/drafts/{world.draft.pk}/materials/layout/"
    for name, content in FILES.items():
        answer = client.post(address, {"files": SimpleUploadedFile(name, content), "act": "add"})
        text = answer.content.decode()
        assert answer.status_code == 422, (name[:20], answer.status_code)
        assert "%(" not in text and given(world) == before, name[:20]
    # The empty one and the one that is too large were never kept; what was suspicious is, for an officer to look at.
    assert QuarantinedFile.objects.count() == held + len(FILES) - 2
    assert Case.objects.get(pk=world.draft.pk).state == "draft"


def test_a_good_file_beside_a_bad_one_is_kept(world: World) -> None:
    before = len(given(world))
    files = [SimpleUploadedFile("good.pdf", pdf()), SimpleUploadedFile("bad.pdf", b"no PDF")]
    address = f"/apply/drafts/{world.draft.pk}/materials/layout/"
    answer = browser(world, "citizen").post(address, {"files": files, "act": "add"})
    assert answer.status_code == 422 and "bad.pdf" in answer.content.decode()
    assert len(given(world)) == before + 1


def test_verification_of_any_bytes_ends_in_a_verdict(world: World) -> None:
    client = Client(raise_request_exception=False)
    for name, content in FILES.items():
        page = client.post("/verify/", {"file": SimpleUploadedFile(name, content)})
        assert page.status_code in (200, 422), (name[:20], page.status_code)
        answer = client.post("/api/documents/verify-file", {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code in (200, 422), (name[:20], answer.status_code)
        assert answer.status_code == 422 or answer.json()["verdict"] != "valid"


@pytest.mark.parametrize(
    "name", ["laughs.yaml", "bomb.xlsx", "noise.xlsx", "noise.yaml", "deep.yaml", "dashes.yaml", "binary.yaml"]
)
def test_a_bad_catalogue_is_rejected_with_its_place_and_changes_nothing(world: World, name: str) -> None:
    content = {
        "laughs.yaml": laughs(),
        "bomb.xlsx": FILES["sheet-bomb.xlsx"],
        "noise.xlsx": b"PK\x03\x04" + bytes(range(256)) * 20,
        "noise.yaml": b"\xff\xfe\x00\x01: [",
        "deep.yaml": b"[" * 20_000,
        "dashes.yaml": b"- " * 20_000,
        "binary.yaml": bytes(range(256)) * 50,
    }[name]
    versions = ItemVersion.objects.count()
    client = browser(world, "author")
    answer = client.post("/console/catalog/import/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.status_code
    report = client.get(answer["Location"])
    assert report.status_code == 200 and ImportBatch.objects.latest("pk").state == "rejected"
    assert ItemVersion.objects.count() == versions


def test_a_request_that_is_too_large_is_refused_before_it_is_read(world: World) -> None:
    class Endless:
        read_bytes = 0

        def read(self, size: int = -1) -> bytes:
            self.read_bytes += size
            return b"0" * max(size, 0)

        readline = read

    body: Any = Endless()
    answer = browser(world, "citizen").generic(
        "POST",
        f"/apply/drafts/{world.draft.pk}/materials/layout/",
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(configuration.YITONG_REQUEST_MAX_BYTES + 1),
        **{"wsgi.input": body},
    )
    assert answer.status_code == 413 and body.read_bytes == 0
    assert "MB" in answer.content.decode()


@pytest.mark.parametrize(
    "body", [b"--x\r\n", b"--x\r\nContent-Disposition: form-data; name=", b"", b"--y--", b"\x00" * 100, b"--x" * 5000]
)
def test_a_broken_multipart_body_is_no_server_error(world: World, body: bytes) -> None:
    answer = browser(world, "citizen").generic(
        "POST",
        f"/apply/drafts/{world.draft.pk}/materials/layout/",
        body,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code < 500
