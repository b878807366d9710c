"""Arrivals: checked row by row, idempotent, taken up where they stopped, quarantine mended."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from openpyxl import Workbook
from typer.testing import CliRunner

from tests.cast import NOW, Cast, build
from yitong.audit.models import Entry
from yitong.ingest.commands import ingesting, settling, sources
from yitong.ingest.models import Batch, Chunk, RejectedRow, Source
from yitong.ingest.queries import overview
from yitong.ingest.rules import pieces
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.licences.commands import arriving, ensure_types
from yitong.licences.models import Licence, LicenceEvent, LicenceType
from yitong.licences.queries.closed import closed
from yitong.licences.queries.contents import whole
from yitong.notifications.models import Message
from yitong.parties.actors import Actor
from yitong.parties.models import Department
from yitong.site.licences_cli import app

POLICE = "1110000099000101XD"
HEADER = "source_id,number,holder_id,holder_name,issued_on,valid_until,issuer_uscc,issuer_name,idcard,性别,address"


@pytest.fixture
def cast(db) -> Cast:
    ensure_types(NOW)
    return build()


@pytest.fixture
def registrar(cast: Cast) -> Actor:
    return cast.actor("registrar")


@pytest.fixture
def source(cast: Cast, registrar: Actor) -> Source:
    return sources.save_source(
        actor=registrar,
        code="police.residence",
        name="居住证归集",
        department_id=cast.department("health").pk,
        type_code=LicenceType.objects.get(name="居住证").code,
        expected_hours=24,
        active=True,
        now=NOW,
    )


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


def test_rows_are_stored_sealed_and_found_by_their_holder(cast, registrar, source, tmp_path):
    own = cast.person("citizen")
    batch = bring(registrar, csv_file(tmp_path, [line(1), line(7), line(9, holder_id=own.idcard, idcard=own.idcard)]))
    assert (batch.state, batch.new, batch.rejected) == ("finished", 3, 0)
    licence = Licence.objects.get(source_id="S7")
    assert licence.holder_person_id is None and licence.sealed is not None and "address" not in licence.data
    assert whole(licence)["address"] == "幸福路7号，\n二单元" and licence.data["sex"] == "男"
    assert Licence.objects.get(source_id="S9").holder_person_id == own.pk
    assert idcard(7) not in json.dumps(licence.data)


def test_the_same_file_again_changes_nothing_and_a_changed_row_is_an_update(registrar, source, tmp_path):
    first = bring(registrar, csv_file(tmp_path, [line(1), line(2)]))
    again = bring(registrar, csv_file(tmp_path, [line(1), line(2)]))
    assert again.pk == first.pk and Licence.objects.count() == 2
    second = bring(registrar, csv_file(tmp_path, [line(1), line(2, holder_name="张新")], "next.csv"))
    assert (second.new, second.changed, second.unchanged) == (0, 1, 1)
    changed = Licence.objects.get(source_id="S2")
    assert changed.holder_name == "张新"
    assert list(LicenceEvent.objects.filter(licence=changed).values_list("what", flat=True)) == ["changed"]


def test_a_source_may_return_to_an_earlier_state(registrar, source, tmp_path):
    first, second = (csv_file(tmp_path, [line(1, holder_name=name)], f"{name}.csv") for name in ("张一", "张二"))
    one = bring(registrar, first)
    bring(registrar, second, now=NOW + timedelta(days=1))
    back = bring(registrar, first, now=NOW + timedelta(days=2))
    assert back.pk != one.pk and (back.changed, back.unchanged) == (1, 0)
    assert Licence.objects.get(source_id="S1").holder_name == "张一"


def test_the_last_file_again_is_a_sign_of_life_and_read_only_when_asked(registrar, source, tmp_path):
    file, late = csv_file(tmp_path, [line(1)]), NOW + timedelta(days=3)
    first = bring(registrar, file)
    assert sources.tell_stale(now=late) == 1
    assert bring(registrar, file, now=late).pk == first.pk
    source.refresh_from_db()
    assert (source.last_arrival_at, source.stale_told_at) == (late, None)
    anew = bring(registrar, file, now=late, anew=True)
    assert anew.pk != first.pk and (anew.new, anew.changed, anew.unchanged) == (0, 0, 1)


def test_an_interrupted_batch_that_was_overtaken_ends_and_its_file_is_read_whole(
    client, cast, registrar, source, tmp_path, monkeypatch
):
    monkeypatch.setattr(ingesting, "piece_for", lambda size, processes: 300)
    file = csv_file(tmp_path, [line(n) for n in range(1, 9)])

    def die(done, size, rows):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(registrar, file, progress=die)
    died = Batch.objects.get()
    assert died.state == "running" and 0 < died.new < 8
    bring(registrar, csv_file(tmp_path, [line(1, holder_name="张新")], "next.csv"))
    died.refresh_from_db()
    assert died.state == "failed" and died.fault == ingesting.OVERTAKEN and died.finished_at
    client.force_login(cast.account("registrar"))
    assert "已中断，之后又来了别的批次。" in client.get("/console/ingest/batches/").content.decode()
    whole_file = bring(registrar, file)
    assert whole_file.pk != died.pk and whole_file.rows == 8
    assert Licence.objects.get(source_id="S1").holder_name == "张1" and Licence.objects.count() == 8


def test_a_row_that_comes_again_discards_the_one_that_waits(registrar, source, tmp_path):
    bring(registrar, csv_file(tmp_path, [line(1), line(2)]))
    wrong = [line(n, issued_on="2026-13-01") for n in (1, 2, 3)]
    bring(registrar, csv_file(tmp_path, wrong, "wrong.csv"), now=NOW + timedelta(days=1))
    # The second came again as it was, which the library does not notice; the third came wrong again.
    later = bring(registrar, csv_file(tmp_path, [line(2), wrong[2]], "later.csv"), now=NOW + timedelta(days=2))
    rows = {(row.batch_id == later.pk, row.source_id): row for row in RejectedRow.objects.all()}
    states = {key: row.state for key, row in rows.items()}
    assert states == {
        (False, "S1"): "waiting", (False, "S2"): "discarded", (False, "S3"): "discarded", (True, "S3"): "waiting",
    }  # fmt: skip
    assert str(later.pk) in rows[False, "S2"].settled_reason and rows[False, "S2"].settled_by_ref == registrar.ref
    entry = Entry.objects.get(tag="ingest:row:discarded")
    assert entry.detail == {"rows": 2, "later": later.pk}
    mended = {**settling.values_of(rows[False, "S2"]), "issued_on": "2026-01-05"}
    with pytest.raises(Conflict) as conflict:
        settling.resubmit(actor=registrar, row_id=rows[False, "S2"].pk, values=mended, now=NOW)
    assert conflict.value.reason.code == "settled"


def test_a_mended_row_never_overwrites_what_was_written_since(registrar, source, tmp_path):
    bring(registrar, csv_file(tmp_path, [line(1, issued_on="2026-13-01"), line(2, issued_on="2026-13-01")]))
    first, second = RejectedRow.objects.order_by("line")
    mended = {**settling.values_of(first), "issued_on": "2026-01-05"}
    settling.resubmit(actor=registrar, row_id=first.pk, values=mended, now=NOW + timedelta(hours=1))
    with pytest.raises(Conflict) as conflict:
        settling.resubmit(
            actor=registrar, row_id=second.pk, values={**mended, "holder_name": "张旧"}, now=NOW + timedelta(hours=2)
        )
    assert conflict.value.reason.code == "newer"
    second.refresh_from_db()
    assert second.state == "waiting" and Licence.objects.get().holder_name == "张1"


def test_a_row_is_not_mended_while_a_batch_of_its_source_runs(registrar, source, tmp_path):
    bring(registrar, csv_file(tmp_path, ["too,few"]))
    row = RejectedRow.objects.get()
    with sources.alone(source), pytest.raises(Conflict) as conflict:
        settling.resubmit(actor=registrar, row_id=row.pk, values={}, now=NOW)
    assert conflict.value.reason.code == "busy"
    with pytest.raises(Refused):
        settling.resubmit(actor=registrar, row_id=row.pk, values={}, now=NOW)


BAD = [
    {"source_id": "S\0"}, {"holder_name": "张\0"}, {"number": "N\0"}, {"status": "a\0"}, {"性别": "\0"}, {"a\0": "1"},
    {"address": "\ud800"}, {"\ud800": "1"}, {"idcard": ["x"]}, {"source_id": None}, "[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: ascii(bad)[:30])
def test_one_bad_value_stops_one_row(registrar, source, tmp_path, bad):
    row = dict(zip(HEADER.split(","), line(1).split(","), strict=True))
    other = {**row, "source_id": "S2", "number": "JZ2"}
    wrong = bad if isinstance(bad, str) else json.dumps({**other, **bad})
    (tmp_path / "rows.jsonl").write_text(f"{wrong}\n{json.dumps(row)}\n", encoding="utf-8")
    batch = bring(registrar, tmp_path / "rows.jsonl")
    assert (batch.state, batch.new, batch.rejected) == ("finished", 1, 1)
    assert settling.values_of(RejectedRow.objects.get())


def test_two_departments_with_one_credit_code_are_no_obstacle(cast, registrar, source, tmp_path):
    issuer = cast.department("health")
    twin = Department.objects.create(code="twin", name="孪生局", uscc=issuer.uscc, region=issuer.region)
    for n, name in enumerate(("张一", "张二")):
        batch = bring(registrar, csv_file(tmp_path, [line(1, issuer_uscc=issuer.uscc, holder_name=name)], f"{n}.csv"))
        assert batch.new + batch.changed == 1
    assert Licence.objects.get().issuer_department_id == min(issuer.pk, twin.pk)


def test_licences_that_do_not_open_are_listed_and_let_in_again(registrar, source, tmp_path):
    file, runner = csv_file(tmp_path, [line(1), line(2), line(3)]), CliRunner()
    bring(registrar, file)
    good = runner.invoke(app, ["check"])
    assert good.exit_code == 0 and "Every sealed field opens" in good.stdout
    one, other = Licence.objects.filter(source_id__in=["S1", "S2"]).order_by("source_id")
    Licence.objects.filter(pk=one.pk).update(sealed=other.sealed)
    Licence.objects.filter(pk=other.pk).update(sealed_key=7)
    assert [row.pk for row in closed(batch=1)] == [one.pk, other.pk]
    told = runner.invoke(app, ["check", "--want-again"])
    assert told.exit_code == 1 and "source police.residence: 2" in told.stdout and "missing: 7" in told.stdout
    assert f"S1 {one.identifier}" in told.stdout and "S3" not in told.stdout
    assert Entry.objects.get(tag="licences:licence:wanted").detail == {"rows": 2}
    assert bring(registrar, file, anew=True).changed == 2
    assert whole(Licence.objects.get(source_id="S1"))["address"] == "幸福路1号"
    assert json.loads(runner.invoke(app, ["check", "--json"]).stdout) == {"closed": [], "missing_keys": []}


def test_wrong_rows_wait_with_every_reason(registrar, source, tmp_path):
    wrong = line(3, holder_id="110101199003070000", issued_on="2026-13-01", 性别="不明")
    batch = bring(registrar, csv_file(tmp_path, [line(1), wrong, "too,few"]))
    assert (batch.new, batch.rejected) == (1, 2)
    row, short = RejectedRow.objects.order_by("line")
    assert {one["field"] for one in row.reasons} == {"holder_id", "issued_on", "sex"}
    assert (row.line, short.line, short.code) == (2, 3, "unreadable")
    assert b"110101199003070000" not in bytes(row.sealed)
    with pytest.raises(Refused) as refused:
        settling.resubmit(actor=registrar, row_id=row.pk, values={**settling.values_of(row), "sex": "男"}, now=NOW)
    assert {reason.field for reason in refused.value.reasons} >= {"holder_id", "issued_on"}
    mended = {**settling.values_of(row), "holder_id": idcard(3), "issued_on": "2026-01-05", "性别": "男"}
    assert settling.resubmit(actor=registrar, row_id=row.pk, values=mended, now=NOW).state == "mended"
    assert Licence.objects.filter(source_id="S3").exists()
    with pytest.raises(Conflict):
        settling.resubmit(actor=registrar, row_id=row.pk, values=mended, now=NOW)
    assert settling.discard(actor=registrar, row_ids=[short.pk, row.pk], reason="来源已更正", now=NOW) == 1
    assert Entry.objects.filter(tag="ingest:row:discarded").count() == 1


def test_a_number_of_another_source_is_refused_and_the_rest_stays(cast, registrar, source, tmp_path):
    bring(registrar, csv_file(tmp_path, [line(1)]))
    other = sources.save_source(
        actor=registrar, code="other", name="另一来源", department_id=source.department_id,
        type_code=source.type_code, expected_hours=1, active=True, now=NOW,
    )  # fmt: skip
    file = csv_file(tmp_path, [line(1), line(2)], "other.csv")
    batch = ingesting.ingest_file(actor=registrar, source_code=other.code, path=file, now=NOW)
    assert (batch.new, batch.rejected) == (1, 1)
    assert RejectedRow.objects.get().reasons[0]["field"] == "number"


def test_excel_and_json_lines(registrar, source, tmp_path):
    book = Workbook()
    cells = [line(1).split(","), line(2).split(",")]
    for row in [HEADER.split(","), *cells]:
        book.active.append(row)
    book.save(tmp_path / "rows.xlsx")
    assert bring(registrar, tmp_path / "rows.xlsx").new == 2
    row = dict(zip(HEADER.split(","), line(3).split(","), strict=True))
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\nno json\n", encoding="utf-8")
    batch = bring(registrar, tmp_path / "rows.jsonl")
    assert (batch.new, batch.rejected) == (1, 1)


def test_a_changed_row_still_opens_and_its_end_is_told_once(registrar, source, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(arriving, "publish", told.append)
    bring(registrar, csv_file(tmp_path, [line(1, address="旧路1号")]))
    identifier = Licence.objects.get(source_id="S1").identifier
    rows = ["revoked", "revoked", "lost"]
    for n, status in enumerate(rows):
        (tmp_path / f"{n}.csv").write_text(
            f"{HEADER},status\n{line(1, address=f'新路{n}号')},{status}\n", encoding="utf-8"
        )
        assert bring(registrar, tmp_path / f"{n}.csv").changed == 1
    licence = Licence.objects.get(source_id="S1")
    assert licence.identifier == identifier and whole(licence)["address"] == "新路2号"
    assert [event.status for event in told] == ["revoked", "lost"]


def test_a_row_that_came_in_between_is_found_and_brought(registrar, source, tmp_path, monkeypatch):
    bring(registrar, csv_file(tmp_path, [line(1), line(2)]))
    real, calls = arriving._known, []

    def blind_once(to, source_ids):
        calls.append(source_ids)
        return {} if len(calls) == 1 else real(to, source_ids)

    monkeypatch.setattr(arriving, "_known", blind_once)
    batch = bring(registrar, csv_file(tmp_path, [line(1), line(2, holder_name="张新"), line(3)], "next.csv"))
    assert (batch.new, batch.changed, batch.unchanged, len(calls)) == (1, 1, 1, 2)
    assert whole(Licence.objects.get(source_id="S2"))["address"] == "幸福路2号"


def test_numbers_that_change_places_within_a_source_are_told_of(registrar, source, tmp_path):
    bring(registrar, csv_file(tmp_path, [line(1), line(2)]))
    swapped = [line(1, number="JZ00000002"), line(2, number="JZ00000009"), line(3)]
    batch = bring(registrar, csv_file(tmp_path, swapped, "next.csv"))
    assert (batch.new, batch.changed, batch.rejected) == (1, 1, 1)
    row = RejectedRow.objects.get()
    assert (row.source_id, row.code) == ("S1", "taken")
    mended = settling.values_of(row)
    assert settling.resubmit(actor=registrar, row_id=row.pk, values=mended, now=NOW).state == "mended"


def test_blank_lines_are_no_rows_and_broken_ones_keep_what_stood_there(registrar, source, tmp_path):
    file = csv_file(tmp_path, [line(1), "", ",,,,,,,,,,", "   ", line(2), "too,few", ""])
    batch = bring(registrar, file)
    assert (batch.new, batch.rejected) == (2, 1)
    assert settling.values_of(RejectedRow.objects.get()) == {"": "too,few"} and RejectedRow.objects.get().line == 6
    row = dict(zip(HEADER.split(","), line(3).split(","), strict=True)) | {"address": "一\u2028二\x85三"}
    lines = [
        "",
        json.dumps(row, ensure_ascii=False),
        "  ",
        "[1]",
        json.dumps({**row, "number": "\0", "area\0": [1]}),
        "",
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    batch = bring(registrar, tmp_path / "rows.jsonl")
    assert (batch.new, batch.rejected) == (1, 2)
    assert list(RejectedRow.objects.filter(batch=batch).values_list("line", flat=True)) == [4, 5]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", b"\xff\xfe\x00"),
        ("rows.csv", b"\n"),
        ("rows.csv", b"a,a\n1,2\n"),
        ("rows.xlsx", b"no zip"),
        ("rows.doc", b"word"),
        ("rows.jsonl", b""),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_reason(registrar, source, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    if name == "rows.jsonl":
        assert bring(registrar, tmp_path / name).rows == 0
        return
    with pytest.raises(Refused) as refused:
        bring(registrar, tmp_path / name)
    assert refused.value.reasons[0].field == "file"


def test_only_a_registrar_brings_and_sees(cast, registrar, source, tmp_path):
    file = csv_file(tmp_path, [line(1), "too,few"])
    bring(registrar, file)
    for who in ("clerk", "chief", "supervisor", "admin"):
        actor = cast.actor(who)
        with pytest.raises(NotAllowed):
            bring(actor, file)
        with pytest.raises(NotAllowed):
            settling.discard(actor=actor, row_ids=[RejectedRow.objects.get().pk], reason="x", now=NOW)
        assert not overview.rejected(actor) and not overview.batches(actor) and not overview.source_lines(actor, NOW)


def test_pieces_cover_the_file_and_never_cut_a_quoted_field(tmp_path):
    file = csv_file(tmp_path, [line(n) for n in range(1, 60)])
    with file.open("rb") as opened:
        names, start = pieces.header_of(opened)
        found = list(pieces.pieces(opened, start, quoted=True, size=300))
    assert len(found) > 5 and found[-1].end == file.stat().st_size
    assert all(one.end == two.start for one, two in itertools.pairwise(found))
    rows = []
    for piece in found:
        read = list(pieces.rows_of(file.read_bytes()[piece.start : piece.end], names))
        assert piece.first_line == len(rows) + 1
        rows += read
    assert [row["source_id"] for row in rows] == [f"S{n}" for n in range(1, 60)]


def test_a_done_piece_is_not_done_again(registrar, source, tmp_path, monkeypatch):
    monkeypatch.setattr(ingesting, "piece_for", lambda size, processes: 300)
    file = csv_file(tmp_path, [line(n) for n in range(1, 30)])
    batch = bring(registrar, file)
    done = Chunk.objects.filter(batch=batch).count()
    # As if the process had died before its last piece.
    Batch.objects.filter(pk=batch.pk).update(state="running", finished_at=None)
    Chunk.objects.filter(batch=batch).order_by("-number")[:1].get().delete()
    again = bring(registrar, file)
    assert again.state == "finished" and Chunk.objects.filter(batch=batch).count() == done
    assert Licence.objects.count() == 29 and again.new == 29


def test_a_silent_source_is_told_of_once_and_a_batch_ends_it(registrar, source, tmp_path):
    assert sources.tell_stale(now=NOW + timedelta(hours=23)) == 0
    late = NOW + timedelta(hours=25)
    assert (sources.tell_stale(now=late), sources.tell_stale(now=late)) == (1, 0)
    assert overview.source_lines(registrar, late)[0].stale
    bring(registrar, csv_file(tmp_path, [line(1)]), now=late)
    assert not overview.source_lines(registrar, late)[0].stale
    assert sources.tell_stale(now=late + timedelta(hours=25)) == 1


def test_the_registrar_and_the_contact_are_told_once_for_each_silence(cast, registrar, source, tmp_path):
    same = csv_file(tmp_path, [line(1)])
    sources.save_source(
        actor=registrar, source_id=source.pk, code=source.code, name=source.name, department_id=source.department_id,
        type_code=source.type_code, expected_hours=24, active=True, contact_name="冯卫", contact_phone="138 0000 0009", now=NOW,
    )  # fmt: skip
    for silence in (1, 2):
        at = NOW + timedelta(hours=25 * silence)
        sources.tell_stale(now=at)
        sources.tell_stale(now=at)
        messages = Message.objects.filter(template__startswith="source_stale").order_by("pk")
        assert [(row.staff_id, row.phone) for row in messages][2 * silence - 2 :] == [
            (cast.staff_member("registrar").pk, ""),
            (None, "13800000009"),
        ]
        # A file that says nothing new is a sign of life, too.
        bring(registrar, same, now=at)
    assert messages[1].context["since"] == "从未" and messages[1].context["source"] == "居住证归集"
    with pytest.raises(Refused) as refused:
        sources.save_source(
            actor=registrar, source_id=source.pk, code=source.code, name=source.name, type_code=source.type_code,
            department_id=source.department_id, expected_hours=24, active=True, contact_phone="12", now=NOW,
        )  # fmt: skip
    assert refused.value.reasons[0].field == "contact_phone"


def test_the_sources_page_asks_three_times_however_many(registrar, source, django_assert_num_queries):
    with django_assert_num_queries(3):
        overview.source_lines(registrar, NOW)


def test_a_machine_hands_over_a_batch_with_its_key(client, registrar, source):
    key = sources.give_key(actor=registrar, source_id=source.pk, now=NOW)
    row = dict(zip(HEADER.split(","), line(1).split(","), strict=True))
    address, body = "/api/ingest/police.residence/batches", {"rows": [row, {"source_id": "S2"}]}
    sent = {"data": body, "content_type": "application/json"}
    assert client.post(address, **sent).status_code == 401
    assert client.post(address, headers={"authorization": "Bearer wrong"}, **sent).status_code == 401
    answer = client.post(address, headers={"authorization": f"Bearer {key}"}, **sent)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["new"], answer.json()["rejected"]) == (1, 1)
    many = {**sent, "data": {"rows": [{"source_id": "S"}] * 5001}}
    answer = client.post(address, headers={"authorization": f"Bearer {key}"}, **many)
    assert answer.status_code == 422 and "yitong licences ingest" in answer.content.decode()
    large = {**sent, "data": {"rows": [{"source_id": "S" * 6_000_000}]}}
    answer = client.post(address, headers={"authorization": f"Bearer {key}"}, **large)
    assert answer.status_code == 422 and "yitong licences ingest" in answer.content.decode()
    other = "/api/ingest/nobody/batches"
    assert client.post(other, headers={"authorization": f"Bearer {key}"}, **sent).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_two_batches_of_one_source_do_not_run_at_once(tmp_path):
    ensure_types(NOW)
    cast = build()
    registrar = cast.actor("registrar")
    kind = LicenceType.objects.get(name="居住证").code
    department = cast.department("health")
    source = sources.save_source(
        actor=registrar, code="police.residence", name="居住证归集", department_id=department.pk, type_code=kind,
        expected_hours=24, active=True, now=NOW,
    )  # fmt: skip
    own = connection.copy()
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('ingest:source'), %s)", [source.pk])
        with pytest.raises(Conflict):
            bring(registrar, csv_file(tmp_path, [line(1)]))
    own.close()
    assert bring(registrar, csv_file(tmp_path, [line(1)])).new == 1


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_is_taken_up(tmp_path):
    ensure_types(NOW)
    cast = build()
    registrar = cast.actor("registrar")
    kind = LicenceType.objects.get(name="居住证").code
    sources.save_source(
        actor=registrar, code="police.residence", name="居住证归集", department_id=cast.department("health").pk,
        type_code=kind, expected_hours=24, active=True, now=NOW,
    )  # fmt: skip
    file = csv_file(tmp_path, [line(n) for n in range(1, 4001)])
    program = (
        "import django, pathlib\n"
        f"django.setup()\nfrom django.conf import settings\n"
        f"settings.DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r}\n"
        "from yitong.ingest.rules import pieces\npieces.LEAST_PIECE = pieces.PIECE = 20_000\n"
        "from yitong.ingest.commands.ingesting import ingest_file\nfrom yitong.parties.actors import system\n"
        "from datetime import datetime, UTC\n"
        f"ingest_file(actor=system('test'), source_code='police.residence', path=pathlib.Path({str(file)!r}),\n"
        "    now=datetime(2026, 11, 21, tzinfo=UTC), processes=2)\n"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "yitong.site.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    process = subprocess.Popen([sys.executable, "-c", program], env=env, start_new_session=True)
    deadline = time.monotonic() + 60
    while not Chunk.objects.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    # Only the one that leads: those it started must end by themselves, or the source stays locked.
    process.kill()
    process.wait()
    assert Chunk.objects.exists()
    while True:
        # The killed one's lock falls when the server notices that its connection is gone.
        try:
            batch = bring(registrar, file)
            break
        except Conflict:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert (batch.state, batch.new, batch.rejected) == ("finished", 4000, 0)
    assert Licence.objects.count() == 4000
