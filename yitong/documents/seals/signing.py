"""Put a department's seal on a PDF: PAdES B-B (ETSI EN 319 142-1), ECDSA P-256 with SHA-256, with the drawn seal."""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment as Align
from pyhanko.pdf_utils.layout import BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import StaticStampStyle

from yitong.documents.rendering.sheet import Rendered
from yitong.documents.seals.drawing import SIDE, appearance

FIELD = "Seal"
RESERVED = 8192
"""Bytes kept for the signature: certificate, chain and attributes take 2,400; measuring would mean signing twice."""


class _DatedSigner(PdfSigner):
    """pyHanko reads the clock itself; here the instant is the command's."""

    moment: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment
        return session


def seal(rendered: Rendered, *, signer: SimpleSigner, department: str, reason: str, now: datetime) -> bytes:
    """The PDF with the seal of ``department``, certified so that no later change is allowed (DocMDP 1)."""
    layout = SimpleBoxLayoutRule(Align.ALIGN_MIN, Align.ALIGN_MIN, Margins.uniform(0))
    content = RawContent(appearance(department), box=BoxConstraints(width=SIDE, height=SIDE))
    pdf_signer = _DatedSigner(
        PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            name=department,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        ),
        signer=signer,
        stamp_style=StaticStampStyle(
            border_width=0, background=content, background_layout=layout, background_opacity=1
        ),
        new_field_spec=SigFieldSpec(FIELD, on_page=rendered.seal_page, box=rendered.seal_box),
    )
    pdf_signer.moment = now
    output = io.BytesIO()
    whole = IncrementalPdfFileWriter(io.BytesIO(rendered.pdf))
    sign = partial(pdf_signer.sign_pdf, whole, bytes_reserved=RESERVED, output=output)
    if _loop_runs():
        # The library starts an event loop of its own, and a thread has one at most.
        with ThreadPoolExecutor(1) as other:
            other.submit(sign).result()
    else:
        sign()
    return output.getvalue()


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
