"""Arrivals: checked row by row, idempotent, taken up where they stopped, quarantine mended."""

from __future__ import annotations

import itertools
import json
import time
from datetime import timedelta

import pytest
from django.db import connection
from openpyxl import Workbook

from tests.cast import NOW, build
from yitong.audit.models import Entry
from yitong.ingest.commands import ingesting, settling, sources
from yitong.ingest.models import Batch, Chunk, RejectedRow
from yitong.ingest.queries import overview
from yitong.ingest.rules import pieces
from yitong.ingest.tests.rows import HEADER, bring, bring_in_two_processes, csv_file, idcard, line
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.licences.commands import arriving, ensure_types
from yitong.licences.models import Licence, LicenceEvent, LicenceType
from yitong.licences.queries.contents import whole
from yitong.notifications.models import Message


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
        read = list(pieces.rows_of(file.read_bytes()[piece.start : piece.end], len(names)))
        assert piece.first_line == len(rows) + 1
        rows += read
    assert [row[names.index("source_id")] for row in rows] == [f"S{n}" for n in range(1, 60)]


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
    process = bring_in_two_processes(file, piece=20_000)
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
