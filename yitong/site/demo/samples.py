"""The files applicants of the demonstration hand in: one sheet per kind of material, saying that it is a sample."""

from __future__ import annotations

import io
from datetime import datetime
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

from yitong.catalog.records import Material
from yitong.documents.commands.uploads import store, store_again
from yitong.parties.actors import Actor, system

ACTOR = system("demo")


class _Upload(io.BytesIO):
    """What a browser would send: bytes with a name."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name = name
        self.size = len(content)


class Samples:
    """Stores each kind of material once and notes it again for every applicant."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def prepare(self, materials: list[Material], now: datetime) -> None:
        """Store the sheets of these materials. Outside of any transaction."""
        for material in materials:
            kind = "png" if "png" in material.accept else "pdf"
            key = (material.name, kind)
            if key not in self._kept:
                upload = _Upload(f"{material.name[:40]}.{kind}", sheet(material.name, kind))
                self._kept[key] = store(
                    upload=upload, actor=ACTOR, purpose="cases:material", accept=(kind,), max_mb=1, now=now
                )

    def give(self, material: Material, actor: Actor, now: datetime) -> int:
        """The id of a fresh upload of the material's sheet by ``actor``."""
        kind = "png" if "png" in material.accept else "pdf"
        kept = self._kept[(material.name, kind)]
        return store_again(file=kept, uploaded_by=actor.ref, actor=ACTOR, now=now).pk


@cache
def sheet(name: str, kind: str) -> bytes:
    """A small sheet of paper with the name of the material and the word sample."""
    from reportlab.pdfgen.canvas import Canvas

    from yitong.documents import fonts

    out = io.BytesIO()
    if kind == "png":
        picture = Image.new("RGB", (420, 300), "white")
        draw = ImageDraw.Draw(picture)
        draw.rectangle((8, 8, 412, 292), outline=(31, 78, 121), width=3)
        # The name distinguishes the sheets; PIL's own font has Latin letters only, hence the mark in hexadecimal.
        draw.text((24, 24), f"SAMPLE {abs(hash_of(name)):08x}", fill=(31, 78, 121))
        picture.save(out, "PNG")
        return out.getvalue()
    canvas = Canvas(out, pagesize=(420, 300), invariant=True)
    canvas.setFont(fonts.register(), 18)
    canvas.drawString(30, 240, name[:24])
    canvas.drawString(30, 200, "演示样张，不具有法律效力")
    canvas.showPage()
    canvas.save()
    return out.getvalue()
