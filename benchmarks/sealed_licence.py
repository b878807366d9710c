"""A sealed licence against bare reportlab plus bare pyHanko with the same content, on one core.

Limit: 1.5 times the bare libraries. Two rows: making the sealed PDF alone, and the whole act as the worker does it (claimed
row, number, PDF, seal, file flushed to the disk, audit entry), which runs in a transaction that is rolled back and leaves
nothing.
"""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.frame import Result, at_most

LIMIT = 1.5
NOW = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
DEPARTMENT = "示范市行政审批服务局"


class _RollBack(Exception):
    """Ends the measuring transaction."""


def run(quick: bool = False) -> list[Result]:
    """Milliseconds a licence (medians), beside the bare libraries in the same turns."""
    from django.core.management import call_command
    from django.db import transaction
    from django.test import override_settings

    from yitong.documents.tasks import seed_templates

    times = 15 if quick else 100
    results: list[Result] = []
    call_command("migrate", verbosity=0)
    seed_templates()
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=Path(folder)):
        try:
            with transaction.atomic():
                results = _measure(times)
                raise _RollBack
        except _RollBack:
            return results


def _measure(times: int) -> list[Result]:
    from yitong.documents.commands.sealing import piece_of, render_piece, seal_one
    from yitong.documents.seals import keys, signing

    documents = _documents(times + 1)
    first = documents[0]
    signer = keys.signer_of(first.issuer_department_id, NOW)
    piece = piece_of(first, first.context["licence_number"])
    marks = _marks(piece)

    def ours(_: int) -> bytes:
        return signing.seal(render_piece(piece), signer=signer, department=DEPARTMENT, reason="sealed", now=NOW)

    def bare(_: int) -> bytes:
        return _bare(marks, piece.url, signer)

    def whole(number: int) -> object:
        return seal_one(documents[number + 1].pk, NOW)

    seal_one(first.pk, NOW)
    # Taken in turns, so that a busy moment of the machine falls on all three alike.
    ours_ms, bare_ms, whole_ms = _in_turns([ours, bare, whole], times)
    return [
        _row("sealed licence, PDF and seal", ours_ms, bare_ms),
        _row("sealed licence, whole act with number, file and audit", whole_ms, bare_ms),
    ]


def _row(name: str, value: float, baseline: float) -> Result:
    return at_most(
        name,
        value,
        "ms",
        LIMIT * baseline,
        baseline_name="bare reportlab and pyHanko",
        baseline=baseline,
        note=f"limit {LIMIT} times",
    )


def _in_turns(works: list[Callable[[int], object]], times: int) -> list[float]:
    taken: list[list[float]] = [[] for _ in works]
    for work in works[:2]:
        work(0)
    for number in range(times):
        for place, work in enumerate(works):
            start = time.perf_counter()
            work(number)
            taken[place].append((time.perf_counter() - start) * 1000)
    return [statistics.median(column) for column in taken]


def _documents(count: int) -> list[Any]:
    """Licences of one department, issued and waiting for their seal."""
    from yitong.documents.commands import issue
    from yitong.documents.queries import of_subject
    from yitong.parties.actors import system
    from yitong.parties.models import Department, Region

    region, _ = Region.objects.get_or_create(code="439998", defaults={"name": "测速市", "level": 1})
    department = Department.objects.create(
        code="BENCHMARK", name=DEPARTMENT, short_name="", uscc="11439900MB00000017", region=region
    )
    context = {
        "applicant_name": "李梅",
        "item_name": "食品经营许可",
        "case_number": "11439900MB000000173000131001000202609240001",
        "licence_name": "食品经营许可证",
        "identifier": "1.2.156.3005.2.11100000990003015H002.11439900MB00000017.20260000000001.001.0",
        "holder_name": "示范市恒信商贸有限公司",
        "statement": "经审查，食品经营者具备与其经营项目相适应的条件，依法准予许可，特发此证。",
        "entries": [
            {"label": "统一社会信用代码", "value": "91439901MA0000010X"},
            {"label": "住所", "value": "示范市朝晖区春风路10号"},
            {"label": "主体业态", "value": "食品销售经营者"},
            {"label": "经营项目", "value": "预包装食品销售；散装食品销售；特殊食品销售。"},
        ],
        "issued_on_face": "2026-09-24",
        "validity": "2026年9月24日至2031年9月23日",
    }
    for number in range(count):
        issue(
            kind="licence",
            subject="benchmark:1",
            issuer_department_id=department.pk,
            region_id=region.pk,
            context={**context, "licence_number": f"BENCH{number:010d}"},
            actor=system("benchmark"),
            now=NOW,
        )
    return list(of_subject("benchmark:1").select_related("issuer_department", "template"))


def _marks(piece: Any) -> list[tuple[float, float, float, str]]:
    """The licence's texts with their places, taken from our own layout once: content for the bare libraries."""
    from yitong.documents.rendering import certificate, sheet

    kept: list[tuple[float, float, float, str]] = []
    original = sheet._paint_text

    def remember(canvas: Any, mark: sheet.Text) -> None:
        kept.append((mark.x, mark.y, mark.size, mark.text))
        original(canvas, mark)

    sheet._paint_text = remember
    try:
        certificate.render(piece)
    finally:
        sheet._paint_text = original
    return kept


def _bare(marks: list[tuple[float, float, float, str]], url: str, signer: Any) -> bytes:
    """reportlab and pyHanko as their manuals show them: the same texts, font, QR code and signature profile."""
    import segno
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    from yitong.documents import fonts

    buffer, picture = io.BytesIO(), io.BytesIO()
    canvas = Canvas(buffer)
    for x, y, size, text in marks:
        canvas.setFont(fonts.REGULAR, size)
        canvas.drawString(x, y, text)
    segno.make_qr(url, error="m").save(picture, kind="png", scale=8)
    picture.seek(0)
    canvas.drawImage(ImageReader(picture), 84, 122, 84, 84)
    canvas.showPage()
    canvas.save()
    output = io.BytesIO()
    signers.sign_pdf(
        IncrementalPdfFileWriter(buffer),
        signers.PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES),
        signer=signer,
        new_field_spec=fields.SigFieldSpec("Seal", box=(382, 108, 501, 227)),
        output=output,
    )
    return output.getvalue()
