"""The file applicants of the demonstration hand in: one sheet that says it is a sample, under each material's name."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from yitong.catalog.records import Material
from yitong.documents import fonts
from yitong.documents.commands.uploads import store, store_again
from yitong.documents.inspection.content import CONTENT_TYPES
from yitong.parties.actors import Actor, system

ACTOR = system("demo")
KINDS = ("pdf", "png", "jpg")


class _Upload(io.BytesIO):
    """What a browser would send: bytes with a name."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


class Samples:
    """Has the sheet inspected and stored once in each format, and notes it again for every material handed in."""

    def __init__(self, now: datetime) -> None:
        self._kept: dict[str, Any] = {}
        for kind in KINDS:
            upload = _Upload(f"演示样张.{kind}", sheet(kind))
            self._kept[kind] = store(
                upload=upload, actor=ACTOR, purpose="cases:material", accept=(kind,), max_mb=1, now=now
            )

    def give(self, material: Material, actor: Actor, now: datetime) -> int:
        """The id of a fresh upload by ``actor`` for the material. Needs the sheets stored by an instance before."""
        accepted = ["jpg" if kind == "jpeg" else kind for kind in material.accept]
        kind = next(kind for kind in KINDS if kind in accepted and CONTENT_TYPES[kind])
        name = f"{material.name[:60]}.{kind}"
        kept = self._kept[kind]
        return store_again(file=kept, name=name, uploaded_by=actor.ref, actor=ACTOR, now=now).pk


def sheet(kind: str) -> bytes:
    """A small page with a frame and the word sample."""
    out = io.BytesIO()
    if kind == "pdf":
        fonts.register()
        canvas = Canvas(out, pagesize=(420, 300), invariant=True)
        canvas.setFont(fonts.REGULAR, 20)
        canvas.drawString(40, 220, "演示样张")
        canvas.setFont(fonts.REGULAR, 12)
        canvas.drawString(40, 190, "仅供演示，不具有法律效力")
        canvas.rect(12, 12, 396, 276)
        canvas.showPage()
        canvas.save()
        return out.getvalue()
    picture = Image.new("RGB", (420, 300), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((8, 8, 412, 292), outline=(31, 78, 121), width=3)
    draw.text((24, 24), "SAMPLE", fill=(31, 78, 121))
    picture.save(out, {"png": "PNG", "jpg": "JPEG"}[kind])
    return out.getvalue()
