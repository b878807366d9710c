"""Files of rows as a department would send them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.cast import NOW
from yitong.ingest.commands import ingesting
from yitong.ingest.models import Batch
from yitong.parties.actors import Actor

POLICE = "1110000099000101XD"
HEADER = "source_id,number,holder_id,holder_name,issued_on,valid_until,issuer_uscc,issuer_name,idcard,性别,address"


def idcard(n: int) -> str:
    first = f"1101011990{n % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(w * int(c) for w, c in zip(weights, first, strict=True)) % 11]


def line(n: int, **changed: str) -> str:
    cells = {
        "source_id": f"S{n}",
        "number": f"JZ{n:08d}",
        "holder_id": idcard(n),
        "holder_name": f"张{n}",
        "issued_on": "2026-01-05",
        "valid_until": "2028-01-04",
        "issuer_uscc": POLICE,
        "issuer_name": "示范市公安局",
        "idcard": idcard(n),
        "性别": "男",
        "address": f'"幸福路{n}号，\n二单元"' if n % 7 == 0 else f"幸福路{n}号",
        **changed,
    }
    return ",".join(cells.values())


def csv_file(folder: Path, lines: list[str], name: str = "rows.csv") -> Path:
    file = folder / name
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8-sig")
    return file


def bring(registrar: Actor, file: Path, now=NOW, **more) -> Batch:
    return ingesting.ingest_file(actor=registrar, source_code="police.residence", path=file, now=now, **more)


def bring_in_two_processes(file: Path, piece: int) -> subprocess.Popen[bytes]:
    """A program of its own that brings the file in, cut into pieces of so many bytes."""
    program = (
        "import django, pathlib\n"
        f"django.setup()\nfrom django.conf import settings\n"
        f"settings.DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r}\n"
        f"from yitong.ingest.rules import pieces\npieces.LEAST_PIECE = pieces.PIECE = {piece}\n"
        "from yitong.ingest.commands.ingesting import ingest_file\nfrom yitong.parties.actors import system\n"
        "from datetime import datetime, UTC\n"
        f"ingest_file(actor=system('test'), source_code='police.residence', path=pathlib.Path({str(file)!r}),\n"
        "    now=datetime(2026, 11, 21, tzinfo=UTC), processes=2)\n"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "yitong.site.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    return subprocess.Popen([sys.executable, "-c", program], env=env, start_new_session=True)
