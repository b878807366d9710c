"""Certificates of the city of `tests.badluck.world`: a request under review, a certificate drawn at a window, a question."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from yitong.cases.tests.conftest import PNG, Office
from yitong.certificates import commands, sources
from yitong.certificates.models import CertificateRequest, CertificateType, Verification
from yitong.certificates.tests.conftest import Registers
from yitong.consents.commands.bases import ensure_bases, save_basis
from yitong.documents.commands import uploads
from yitong.documents.models import Document
from yitong.parties.actors import system


def certificates(office: Office) -> dict[str, Any]:
    """Values for the parts of the addresses of certificates."""
    cast, now = office.cast, office.now
    commands.ensure_types(actor=system("tests"), now=now)
    citizen, clerk = office.actor("citizen"), office.actor("clerk")
    request = commands.request(
        actor=citizen, type_code="firm_compliance", purpose="投标", enterprise_id=cast.enterprise().pk, now=now
    )
    ensure_bases(now)
    save_basis(
        actor=office.actor("registrar"), code="public-places", title="卫生许可审查", allows="核实申请人的经营资格。",
        citation="《公共场所卫生管理条例》第四条", needs_case=False, now=now,
    )  # fmt: skip
    question = commands.ask_department(
        actor=office.actor("outsider"),
        department_id=cast.department("market").pk,
        person_id=cast.person("citizen").pk,
        fact="李梅持有效的食品经营许可证。",
        purpose="卫生许可审查",
        law="public-places",
        now=now,
    )
    scan = uploads.store(
        upload=SimpleUploadedFile("授权书.png", PNG),
        actor=clerk,
        purpose="certificates:window",
        accept=("png",),
        max_mb=1,
        now=now,
    )
    window = commands.open_window(
        actor=clerk,
        purpose="窗口核验",
        scan_id=scan.pk,
        card_checked=True,
        person_id=cast.person("citizen").pk,
        now=now,
    )
    with sources.using(Registers({"real-estate": None})):
        drawn = commands.draw_sheet(
            actor=clerk, chosen=["real-estate.count"], purpose="窗口核验", evidence={}, window_id=window.pk, now=now
        )
    return {
        "type_code": "firm_compliance",
        "certificate_number": request.number,
        "request_number": request.number,
        "verification_number": question.number,
        "window_id": window.pk,
        "drawn_number": drawn.number,
    }


def grow_certificates(ids: dict[str, Any], numbers: range, copies: Any) -> None:
    """A request, a sheet, a question and a type for each number."""
    first = CertificateRequest.objects.get(number=ids["request_number"])
    drawn = CertificateRequest.objects.get(number=ids["drawn_number"])
    offset = numbers.start
    types = copies(first.type, numbers, lambda n: {"code": f"type{n}", "name": f"证明{n}"})
    copies(first, numbers, lambda n: {"number": f"ZM{n:08d}", "type_id": types[n - offset].pk})
    papers = copies(
        Document.objects.get(pk=drawn.document_id),
        numbers,
        lambda n: {"code": f"SHEET{n:07d}", "number": None, "state": "pending"},
    )
    copies(drawn, numbers, lambda n: {"number": f"CX{n:08d}", "document_id": papers[n - offset].pk})
    copies(Verification.objects.get(number=ids["verification_number"]), numbers, lambda n: {"number": f"HY{n:08d}"})


GROWN = (CertificateRequest, CertificateType, Verification)
