"""Sources of licences of the demonstration city: one that brings its rows every night, one with rows to mend, one gone silent.

Their holders live elsewhere: nobody of the city gets a licence by them.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from random import Random

from yitong.ingest.commands import sources
from yitong.ingest.commands.ingesting import ingest_file
from yitong.kernel.identifiers import idcard, uscc
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import system
from yitong.parties.queries.organisation import department_by_code
from yitong.site.demo import people
from yitong.site.demo.calendar import History, at

ACTOR = system("demo")
ELSEWHERE = "110101"
NIGHT = time(2, 10)
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Stream:
    """One source. ``nights``: how many nights ago it came last; ``hours``: within which it should; ``wrong``: some of its rows."""

    code: str
    name: str
    department: str
    licence: str
    rows: int
    nights: int
    hours: int
    contact: tuple[str, str]
    wrong: bool = False


STREAMS = (
    Stream("police.residence", "公安居住证归集", "police", "居住证", 48, 1, 168, ("邓科员", "19900009001")),
    Stream("market.business", "市场监管营业执照归集", "market", "营业执照", 36, 1, 168, ("", ""), wrong=True),
    Stream("education.diploma", "教育学历证书归集", "education", "学历证书", 24, 13, 72, ("梁科员", "19900009002")),
)


def load_sources(history: History) -> None:
    """Three sources, a batch each, some rows in quarantine; under a second."""
    for stream in STREAMS:
        department = department_by_code(stream.department)
        if department is None:  # a city of few departments
            continue
        sources.save_source(
            actor=ACTOR, code=stream.code, name=stream.name, department_id=department.pk,
            type_code=BY_NAME[stream.licence].code, expected_hours=stream.hours, active=True, contact_name=stream.contact[0],
            contact_phone=stream.contact[1], now=history.opening,
        )  # fmt: skip
        day = history.today - timedelta(days=stream.nights)
        rows = list(_rows(stream, day, {"issuer_uscc": department.uscc, "issuer_name": department.name}))
        if stream.wrong:
            _spoil(rows)
        _bring(stream, rows, day)
    sources.tell_stale(now=at(history.last, time(8, 0)))


def _bring(stream: Stream, rows: list[Row], day: date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{stream.code}-{day:%Y%m%d}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        ingest_file(actor=ACTOR, source_code=stream.code, path=file, now=at(day, NIGHT))


def _rows(stream: Stream, day: date, issuer: Row) -> Iterator[Row]:
    random, kind = Random(f"source {stream.code}"), BY_NAME[stream.licence]
    for n in range(stream.rows):
        sex = random.choice(("male", "female"))
        born = date(1960, 1, 1) + timedelta(days=random.randint(0, 15000))
        number = idcard.compose(ELSEWHERE, born, 2 * n + (sex == "male"))
        name, issued = people.person_name(random, sex), day - timedelta(days=random.randint(1, 300))
        company = f"示范市{name}{random.choice(('商贸', '餐饮管理', '信息技术', '建材'))}有限公司"
        code = uscc.compose("9", "1", ELSEWHERE, f"MA9{n:05d}")
        personal = kind.holders == "person"
        own = {
            "idcard": number,
            "uscc": code,
            "legal_representative": name,
            "sex": "男" if sex == "male" else "女",
            "address": people.address(random),
            "household_place": "示范省远山县青石镇",
            "school": "示范师范大学",
            "major": random.choice(("汉语言文学", "数学与应用数学", "计算机科学与技术")),
            "level": "本科",
            "graduated_on": f"{born.year + 22}-06-30",
            "kind": "有限责任公司",
            "capital": f"{random.randint(1, 50) * 10}万元",
            "founded_on": issued.isoformat(),
            "scope": "日用百货销售",
        }
        yield {
            "source_id": f"{stream.code}-{n + 1:05d}",
            "number": f"{kind.prefix}9{day.year}{n + 1:08d}",
            "holder_id": number if personal else code,
            "holder_name": name if personal else company,
            "issued_on": issued.isoformat(),
            "valid_until": (issued + timedelta(days=365)).isoformat() if stream.licence == "居住证" else "长期",
            **issuer,
            **{field: own[field] for field, _label in kind.fields if field in own},
        }


def _spoil(rows: list[Row]) -> None:
    """Mistakes as sources make them, each to be put right on the page from what stands in the row."""
    for row, wrong in (
        (rows[4], {"founded_on": rows[4]["founded_on"].replace("-", "/")}),
        (rows[11], {"holder_id": rows[11]["holder_id"].lower().replace("0", "O", 1)}),
        (rows[23], {"issuer_name": ""}),
    ):
        row.update(wrong)
