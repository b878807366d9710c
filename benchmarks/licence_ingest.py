"""Rows of a source checked and stored a second, beside a bare COPY of the same rows.

The whole act of `yitong licences ingest`: file read, every row checked against its type's fields and the check characters in it,
sensitive fields sealed, holder's key made, stored idempotently, counted, chunk by chunk in two processes. The peer copies the
finished columns into an empty table with the same indexes, one process, nothing checked.
"""

from __future__ import annotations

import csv
import tempfile
import time
from pathlib import Path
from random import Random

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from benchmarks.frame import Result, at_least, informative
from yitong.kernel.identifiers import uscc

ROWS = {True: 20_000, False: 600_000}
LIMIT = 30_000
PROCESSES = 2
DEFINER = "1110000099000101XD"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
EMPLOYERS = tuple(uscc.compose("9", "1", "439901", f"MA9{n:05d}") for n in range(500))
OWN = ("idcard", "sex", "born_on", "employer", "phone", "household_place", "degree", "address")
FINISHED = (
    '{"idcard":"110101199003070994","sex":"男","born_on":"1990-03-07","employer":"91439901MA9000010Y","phone":"19900000001",'
    '"household_place":"示范省远山县青石镇","degree":"大学本科","address":"示范市中心区幸福路"}'
)
COMMON = ("source_id", "number", "holder_id", "holder_name", "issued_on", "valid_until", "issuer_uscc", "issuer_name")


def run(quick: bool = False) -> list[Result]:
    """A type with open fields alone, a type with sealed ones, the first file again, and the bare COPY."""
    from benchmarks.case_writers import recreate

    recreate()
    call_command("migrate", verbosity=0)
    rows = ROWS[quick]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        plain, sealed = Path(folder) / "plain.csv", Path(folder) / "sealed.csv"
        write(plain, rows, sensitive=False)
        write(sealed, rows, sensitive=True)
        place()
        bare = bare_copy(rows)
        note = f"{rows:,} rows, {PROCESSES} processes"
        for file, source, name in ((plain, "bench.plain", "open fields"), (sealed, "bench.sealed", "sealed fields")):
            rate = bring(file, source, rows)
            results.append(
                at_least(
                    f"validated rows, {name}",
                    rate,
                    "rows/s",
                    LIMIT if not quick else 1,
                    baseline_name="bare COPY",
                    baseline=bare,
                    note=note,
                )
            )
        changed = Path(folder) / "again.csv"
        # Another file with the same rows: a column under its label instead of its name.
        changed.write_bytes(plain.read_bytes().replace(b"address", "居住地址".encode(), 1))
        results.append(
            informative(
                "the same rows again, nothing changed", bring(changed, "bench.plain", rows), "rows/s", note=note
            )
        )
    return results


def place() -> None:
    """Types, a department and the two sources."""
    from tests.cast import build
    from yitong.ingest.models import Source
    from yitong.licences.models import LicenceType

    cast = build(timezone.now())
    department = cast.department("health")
    for code, sensitive in (("bench.plain", False), ("bench.sealed", True)):
        level = "sensitive" if sensitive else "internal"
        kind = LicenceType.objects.create(
            code=f"{DEFINER}{990 + sensitive}",
            name=code,
            issuer="公安机关",
            number_prefix="BM",
            holder_kinds="person",
            fields=[
                {
                    "name": "idcard",
                    "label": "公民身份号码",
                    "kind": "idcard",
                    "required": True,
                    "confidentiality": "internal",
                },
                {"name": "sex", "label": "性别", "kind": "choice", "choices": ["男", "女"]},
                {"name": "born_on", "label": "出生日期", "kind": "date"},
                {"name": "employer", "label": "用人单位信用代码", "kind": "uscc"},
                {"name": "phone", "label": "联系电话", "kind": "phone"},
                {"name": "household_place", "label": "常住户口所在地"},
                {"name": "degree", "label": "文化程度"},
                {"name": "address", "label": "居住地址", "confidentiality": level},
            ],
        )
        Source.objects.create(
            code=code,
            name=code,
            department=department,
            region=department.region,
            type_code=kind.code,
            created_at=timezone.now(),
        )


def write(file: Path, rows: int, *, sensitive: bool) -> None:
    """The same people in the same order every time; numbers differ between the two files."""
    random = Random(7)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*COMMON, *OWN])
        for n in range(rows):
            who = idcard(random)
            common = (f"S{n}", f"{'C' if sensitive else 'B'}{n:09d}", who, f"张{n % 997}", "2026-01-05", "2028-01-04")
            born, sex = f"{who[6:10]}-{who[10:12]}-{who[12:14]}", "男" if n % 2 else "女"
            own = (
                who,
                sex,
                born,
                EMPLOYERS[n % len(EMPLOYERS)],
                f"1990000{n % 10000:04d}",
                "示范省远山县青石镇",
                "大学本科",
            )
            writer.writerow([*common, DEFINER, "示范市公安局", *own, f"示范市中心区幸福路{n % 5000}号"])


def idcard(random: Random) -> str:
    """A number with a known region, a real day and the right check character."""
    first = f"110101{random.randint(1950, 2005)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}{random.randint(0, 999):03d}"
    return first + "10X98765432"[sum(w * int(c) for w, c in zip(_WEIGHTS, first, strict=True)) % 11]


def bring(file: Path, source: str, rows: int) -> float:
    """Rows a second of the whole act."""
    from yitong.ingest.commands.ingesting import ingest_file
    from yitong.parties.actors import system

    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")  # what came before goes to disk on its own account
    begun = time.perf_counter()
    batch = ingest_file(
        actor=system("bench"), source_code=source, path=file, now=timezone.now(), name=file.name, processes=PROCESSES
    )
    took = time.perf_counter() - begun
    if batch.rejected or batch.rows != rows:
        raise RuntimeError(f"{batch.rows} rows came of {rows}, {batch.rejected} rejected")
    return rows / took


def bare_copy(rows: int) -> float:
    """Rows a second of COPY alone, into an empty copy of the licences' table with its indexes."""
    random, now = Random(7), timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM licences_licencetype LIMIT 1")
        kind = cursor.fetchone()[0]
        cursor.execute("SELECT id FROM parties_region LIMIT 1")
        region = cursor.fetchone()[0]
        cursor.execute("CREATE TABLE bench_bare (LIKE licences_licence INCLUDING ALL)")
        columns = (
            "identifier, number, type_id, holder_kind, holder_key, holder_name, data, status, issued_on, valid_from, valid_until, "
            "issuer_uscc, issuer_name, region_id, case_number, version, source_code, source_id, record_hash, created_at, updated_at"
        )
        finished = [
            (f"1.2.156.3005.2.{DEFINER}990.{DEFINER}.{n:012d}.001.X", f"B{n:09d}", kind, "person", random.randbytes(16), f"张{n % 997}",
             FINISHED, "valid", "2026-01-05", "2026-01-05", "2028-01-04", DEFINER, "示范市公安局",
             region, "", 1, "bench.bare", f"S{n}", random.randbytes(16), now, now)
            for n in range(rows)
        ]  # fmt: skip
        begun = time.perf_counter()
        with cursor.copy(f"COPY bench_bare ({columns}) FROM STDIN") as copy:  # type: ignore[attr-defined]
            for row in finished:
                copy.write_row(row)
        took = time.perf_counter() - begun
        cursor.execute("DROP TABLE bench_bare")
    return rows / took
