"""What comes after: files again, files that overtake, rows mended, rows that do not open."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected
from typer.testing import CliRunner

from tests.cast import NOW, build
from yitong.audit.models import Entry
from yitong.ingest.commands import ingesting, settling, sources, storing
from yitong.ingest.models import Batch, RejectedRow
from yitong.ingest.tests.rows import HEADER, bring, bring_in_two_processes, csv_file, line
from yitong.kernel.reasons import Conflict, Refused
from yitong.licences.commands import ensure_types
from yitong.licences.models import Licence, LicenceType
from yitong.licences.queries.closed import closed
from yitong.licences.queries.contents import whole
from yitong.parties.models import Department
from yitong.site.licences_cli import app


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


def test_within_a_file_the_last_row_of_a_number_counts(registrar, source, tmp_path):
    wrong, good = line(1, issued_on="2026-13-01", holder_name="张旧"), line(1, holder_name="张新")
    batch = bring(registrar, csv_file(tmp_path, [wrong, good, line(2), line(2, issued_on="2026-13-01")]))
    assert (batch.new, batch.rejected) == (2, 2)
    before, after = RejectedRow.objects.order_by("line")
    assert (before.state, after.state) == ("discarded", "waiting") and before.settled_by_ref == registrar.ref
    mended = {**settling.values_of(before), "issued_on": "2026-01-05"}
    with pytest.raises(Conflict) as conflict:
        settling.resubmit(actor=registrar, row_id=before.pk, values=mended, now=NOW + timedelta(hours=1))
    assert conflict.value.reason.code == "settled" and Licence.objects.get(source_id="S1").holder_name == "张新"
    # The second came after the one that was stored: it is the newer.
    mended = {**settling.values_of(after), "issued_on": "2026-01-05", "holder_name": "张后"}
    settling.resubmit(actor=registrar, row_id=after.pk, values=mended, now=NOW + timedelta(hours=1))
    assert Licence.objects.get(source_id="S2").holder_name == "张后"


def backwards_in_pieces(monkeypatch):
    monkeypatch.setattr(ingesting, "piece_for", lambda size, processes: 300)
    forwards = ingesting.pieces

    def backwards(file, start, *rest):
        found = forwards(file, start, *rest)
        return reversed(list(found)) if start == len(HEADER.encode("utf-8-sig")) + 1 else found

    monkeypatch.setattr(ingesting, "pieces", backwards)


def test_the_last_row_counts_in_whatever_order_the_pieces_are_stored(registrar, source, tmp_path, monkeypatch):
    """Several processes may store a later piece first: here all go backwards, the rows of S1 being in three pieces."""
    backwards_in_pieces(monkeypatch)
    wrong = {"issued_on": "2026-13-01"}
    lines = [line(n) for n in range(1, 13)]
    lines[0], lines[5], lines[11] = line(1, **wrong), line(1, **wrong), line(1, holder_name="张新")
    batch = bring(registrar, csv_file(tmp_path, [*lines, line(13, **wrong)]))
    assert batch.chunks.count() > 3 and batch.rejected == 3
    assert dict(RejectedRow.objects.values_list("line", "state")) == {1: "discarded", 6: "discarded", 13: "waiting"}
    assert Licence.objects.get(source_id="S1").holder_name == "张新"


@pytest.mark.parametrize("had", ["nothing", "the first", "the last"])
def test_of_good_rows_the_last_stays_in_whatever_order_the_pieces_are_stored(
    registrar, source, tmp_path, monkeypatch, had
):
    before = {"the first": "张旧", "the last": "张新"}
    if had in before:
        bring(registrar, csv_file(tmp_path, [line(1, holder_name=before[had])], "1.csv"), now=NOW - timedelta(days=1))
    backwards_in_pieces(monkeypatch)
    lines = [line(n) for n in range(1, 13)]
    lines[0], lines[5], lines[11] = (line(1, holder_name=name) for name in ("张旧", "张中", "张新"))
    batch = bring(registrar, csv_file(tmp_path, lines))
    assert batch.chunks.count() > 3 and batch.rejected == 0 and batch.rows == 12
    assert Licence.objects.get(source_id="S1").holder_name == "张新"
    assert Licence.objects.count() == 10


def test_a_piece_that_waited_for_one_which_waited_for_it_is_stored_again(registrar, source, tmp_path, monkeypatch):
    tried, store = [], storing._store

    def interrupted(*given):
        stored = store(*given)
        tried.append(stored)
        if len(tried) < storing.TRIES:
            raise OperationalError from DeadlockDetected()
        return stored

    monkeypatch.setattr(storing, "_store", transaction.atomic(interrupted))
    batch = bring(registrar, csv_file(tmp_path, [line(1)]))
    assert (batch.new, batch.rows, len(tried)) == (1, 1, storing.TRIES)


@pytest.mark.django_db(transaction=True)
def test_of_rows_that_meet_in_two_processes_the_last_stays(tmp_path):
    """Ten numbers, each in every piece: two pieces in hand always wait for one another's rows, and both ways round."""
    ensure_types(NOW)
    sources.save_source(
        actor=(cast := build()).actor("registrar"), code="police.residence", name="居住证归集", active=True,
        department_id=cast.department("health").pk, type_code=LicenceType.objects.get(name="居住证").code,
        expected_hours=24, now=NOW,
    )  # fmt: skip
    rows = [line(n, holder_name=f"第{turn}次") for turn in range(60) for n in range(1, 11)[:: 1 if turn % 2 else -1]]
    assert bring_in_two_processes(csv_file(tmp_path, rows), piece=len(rows[0].encode()) * 10).wait(120) == 0
    batch = Batch.objects.get()
    assert (batch.state, batch.rows, batch.new, batch.rejected) == ("finished", 600, 10, 0)
    assert set(Licence.objects.values_list("holder_name", flat=True)) == {"第59次"}


def test_a_row_without_its_number_is_not_put_over_what_its_own_file_brought(registrar, source, tmp_path):
    bring(registrar, csv_file(tmp_path, ["too,few", line(1, holder_name="张新")]))
    row, fields = RejectedRow.objects.get(), dict(zip(HEADER.split(","), line(1).split(","), strict=True))
    with pytest.raises(Conflict) as conflict:
        settling.resubmit(actor=registrar, row_id=row.pk, values=fields, now=NOW + timedelta(hours=1))
    assert conflict.value.reason.code == "newer" and Licence.objects.get().holder_name == "张新"


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
    assert json.loads(runner.invoke(app, ["check", "--json"]).stdout) == {"closed": {}, "missing_keys": []}
