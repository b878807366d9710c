"""Adding, reading, confirming, verifying, keeping, forgetting, exporting: by whom, once, and with what trace."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.cast import NOW, Cast
from yitong.archive import commands, contents, permissions, queries, reading
from yitong.archive.commands import reading_uploads
from yitong.archive.models import ArchivedFile, ArchiveUse
from yitong.archive.tests.conftest import CASE, OTHER_CASE, fake_reading
from yitong.archive.tests.shorthand import LATER, WORKER, Added, codes, entries, fresh, reusable
from yitong.cases.tests.conftest import PNG
from yitong.documents import storage
from yitong.documents.models import StoredFile
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.licences import sealing
from yitong.licences.holders import holder_of_enterprise
from yitong.licences.rules.holders import Holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(added: Added, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ArchivedFile]:
    def make(values: dict[str, str] | None = None, **changes: Any) -> ArchivedFile:
        said = {"name": "李梅", "idcard": cast.person("citizen").idcard} if values is None else values
        monkeypatch.setattr(reading_uploads, "read", fake_reading(said, changes.get("paper", "id_card")))
        file = added(**changes)
        commands.read_waiting(actor=WORKER, now=NOW, limit=10)
        return fresh(file)

    return make


# --- adding ----------------------------------------------------------------------------------------------------------


def test_an_upload_waits_to_be_read_and_is_logged_once(added: Added, cast: Cast) -> None:
    file = added()
    assert (file.trust, file.reading, file.state) == ("uploaded", "waiting", "kept")
    assert file.stored_file.subject == f"archive:{file.pk}"
    assert entries("archive:file:added") == 1
    assert [use.act for use in queries.log(file)] == ["added"]
    assert added("photo").reading == "none"


def test_nobody_adds_to_anothers_archive(added: Added, cast: Cast) -> None:
    for who in ("stranger", "clerk", "reviewer", "admin", "supervisor"):
        with pytest.raises(NotAllowed):
            added(actor=cast.actor(who))
    assert not StoredFile.objects.exists()


def test_bad_input_names_the_field_and_stores_nothing(added: Added) -> None:
    with pytest.raises(Refused) as refused:
        added(kind="toys", name="长" * 101)
    assert {reason.field for reason in refused.value.reasons} == {"kind", "name"}
    assert not StoredFile.objects.exists()


def test_a_handler_adds_business_papers_of_his_enterprise(cast: Cast, added: Added) -> None:
    company = holder_of_enterprise(cast.enterprise())
    file = added("business_licence", holder=company)
    assert file.owner_enterprise_id == cast.enterprise().pk and file.kind == "business"
    with pytest.raises(Refused) as refused:
        added("id_card", holder=company)
    assert codes(refused) == {"not_business"}
    with pytest.raises(NotAllowed):
        added("business_licence", holder=company, actor=cast.actor("stranger"))


def test_a_statement_without_a_paper(cast: Cast, mine: Holder) -> None:
    said = {"name": "李梅", "idcard": cast.person("citizen").idcard.lower()}
    told: dict[str, Any] = {
        "actor": cast.actor("citizen"),
        "holder": mine,
        "kind": "family",
        "paper": "id_card",
        "name": "",
        "now": NOW,
    }
    file = commands.declare(values=said, **told)
    assert file.trust == "declared" and file.stored_file is None
    assert contents.of(fresh(file)).value("idcard") == cast.person("citizen").idcard
    with pytest.raises(Refused) as refused:
        commands.declare(values={"idcard": "439901199005200241"}, **told)
    assert {reason.field for reason in refused.value.reasons} == {"idcard"}
    assert reusable(mine, file.name) == []


# --- reading ---------------------------------------------------------------------------------------------------------


def test_what_is_read_is_sealed_in_the_row(read: Callable[..., ArchivedFile], cast: Cast) -> None:
    file = read()
    number = cast.person("citizen").idcard
    assert file.reading == "read" and entries("archive:file:read") == 1
    assert number.encode() not in bytes(file.sealed)
    assert contents.of(file).value("idcard") == number
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(file.sealed, file.sealed_key, "another row")
    assert "archive_archivedfile" in {table.table for table in sealing.tables()}


def test_only_the_platform_reads_and_a_paper_is_read_once(read: Callable[..., ArchivedFile], cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        commands.read_waiting(actor=cast.actor("citizen"), now=NOW, limit=1)
    read()
    assert commands.read_waiting(actor=WORKER, now=NOW, limit=10) == 0


def test_a_reading_that_fails_is_told_and_can_be_asked_again(
    added: Added, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(content: bytes, paper: str) -> reading.Reading:
        raise reading.CannotRead("unreadable")

    monkeypatch.setattr(reading_uploads, "read", cannot)
    file = added()
    commands.read_waiting(actor=WORKER, now=NOW, limit=10)
    assert (fresh(file).reading, fresh(file).reading_problem) == ("failed", "unreadable")
    with pytest.raises(NotAllowed):
        commands.read_again(actor=cast.actor("stranger"), file_id=file.pk, now=NOW)
    commands.read_again(actor=cast.actor("citizen"), file_id=file.pk, now=NOW)
    monkeypatch.setattr(reading_uploads, "read", fake_reading({"name": "李梅"}))
    commands.read_waiting(actor=WORKER, now=NOW, limit=10)
    assert fresh(file).reading == "read"


def test_a_paper_left_behind_by_a_dead_worker_is_read_by_another_and_given_up_in_the_end(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(content: bytes, paper: str) -> reading.Reading:
        raise SystemExit

    monkeypatch.setattr(reading_uploads, "read", dies)
    file, now = added(), NOW
    for _attempt in range(3):
        with pytest.raises(SystemExit):
            commands.read_waiting(actor=WORKER, now=now, limit=1)
        assert commands.read_waiting(actor=WORKER, now=now, limit=1) == 0
        now += timedelta(minutes=6)
    commands.read_waiting(actor=WORKER, now=now, limit=1)
    assert (fresh(file).reading, fresh(file).reading_problem) == ("failed", "stopped")


def test_a_paper_deleted_while_it_is_read_stays_deleted(
    added: Added, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = added()

    def meanwhile(content: bytes, paper: str) -> reading.Reading:
        commands.forget(actor=cast.actor("citizen"), file_id=file.pk, now=NOW)
        return fake_reading({"name": "李梅"})(content, paper)

    monkeypatch.setattr(reading_uploads, "read", meanwhile)
    commands.read_waiting(actor=WORKER, now=NOW, limit=1)
    assert fresh(file).state == "deleted" and fresh(file).sealed is None


# --- confirming ------------------------------------------------------------------------------------------------------


def test_the_owners_word_counts(read: Callable[..., ArchivedFile], cast: Cast) -> None:
    file = read({"name": "季梅"})
    said = {"name": "李梅", "birth_on": "1990年5月20日"}
    commands.confirm(actor=cast.actor("citizen"), file_id=file.pk, values=said, now=LATER)
    found = contents.of(fresh(file))
    assert found.value("name") == "李梅" and found.value("birth_on") == "1990-05-20"
    assert next(field.value for field in found.fields if field.name == "name") == "季梅"
    assert entries("archive:file:confirmed") == 1


def test_a_wrong_number_is_refused_by_field_and_nothing_is_lost(read: Callable[..., ArchivedFile], cast: Cast) -> None:
    file = read()
    with pytest.raises(Refused) as refused:
        commands.confirm(
            actor=cast.actor("citizen"), file_id=file.pk, values={"idcard": "439901199005200241"}, now=LATER
        )
    assert {reason.field for reason in refused.value.reasons} == {"idcard"}
    assert contents.of(fresh(file)).confirmed == {}


def test_confirming_is_for_the_owner_and_after_reading(added: Added, cast: Cast) -> None:
    file = added()
    for who in ("stranger", "clerk", "admin"):
        with pytest.raises(NotAllowed):
            commands.confirm(actor=cast.actor(who), file_id=file.pk, values={"name": "李梅"}, now=NOW)
    with pytest.raises(Refused) as refused:
        commands.confirm(actor=cast.actor("citizen"), file_id=file.pk, values={"name": "李梅"}, now=NOW)
    assert codes(refused) == {"still_reading"}


# --- the counter -----------------------------------------------------------------------------------------------------


def used(file: ArchivedFile, cast: Cast, case: str = CASE) -> ArchivedFile:
    return commands.reuse(actor=cast.actor("citizen"), file_id=file.pk, case_number=case, purpose="办理居住证", now=NOW)


def test_a_clerk_of_the_case_verifies_against_the_original(added: Added, cast: Cast, in_case: None) -> None:
    file = used(added(), cast)
    clerk = cast.actor("clerk")
    with pytest.raises(Refused) as refused:
        commands.verify_at_counter(actor=clerk, file_id=file.pk, case_number=CASE, original_seen=False, now=LATER)
    assert codes(refused) == {"original_not_seen"}
    commands.verify_at_counter(actor=clerk, file_id=file.pk, case_number=CASE, original_seen=True, now=LATER)
    found = fresh(file)
    assert (found.trust, found.verified_by_id, found.verified_at) == ("verified", cast.staff_member("王强").pk, LATER)
    assert entries("archive:file:verified") == 1
    assert queries.log(found)[0].department_name == "示范市行政审批服务局"
    with pytest.raises(Conflict):
        commands.verify_at_counter(actor=clerk, file_id=file.pk, case_number=CASE, original_seen=True, now=LATER)


def test_staff_without_the_case_or_the_permission_get_nothing(added: Added, cast: Cast, in_case: None) -> None:
    file, unused = used(added(), cast), added("photo")
    for who in ("clerk", "accepter", "outsider", "admin", "supervisor", "registrar", "stranger"):
        assert not permissions.visible_to(cast.actor(who)).exists()
    for who, case in (
        ("accepter", CASE),
        ("outsider", OTHER_CASE),
        ("clerk", OTHER_CASE),
        ("clerk", ""),
        ("stranger", CASE),
    ):
        assert not permissions.visible_in_case(cast.actor(who), case).exists()
        with pytest.raises(NotAllowed):
            commands.open_in_case(actor=cast.actor(who), file_id=file.pk, case_number=case, now=NOW)
    with pytest.raises(NotAllowed):  # sees the case, and may not verify
        commands.verify_at_counter(
            actor=cast.actor("reviewer"), file_id=file.pk, case_number=CASE, original_seen=True, now=NOW
        )
    with pytest.raises(NotAllowed):  # of the same applicant, and not used in this case
        commands.open_in_case(actor=cast.actor("clerk"), file_id=unused.pk, case_number=CASE, now=NOW)


def test_a_number_typed_by_somebody_else_opens_nothing(added: Added, cast: Cast, in_case: None) -> None:
    file = used(added(), cast, OTHER_CASE)
    assert not permissions.visible_in_case(cast.actor("outsider"), OTHER_CASE).filter(pk=file.pk).exists()


def test_each_look_is_in_the_owners_log(added: Added, cast: Cast, in_case: None) -> None:
    file = used(added(), cast)
    commands.open_in_case(actor=cast.actor("reviewer"), file_id=file.pk, case_number=CASE, now=LATER)
    looked = queries.log(file)[0]
    assert (looked.act, looked.actor_name, looked.case_number) == ("opened", "陈静", CASE)


def test_trust_rises_only_at_the_counter_and_the_log_is_final(added: Added) -> None:
    file = added()
    for change in (
        lambda: ArchivedFile.objects.filter(pk=file.pk).update(trust="issued"),
        lambda: ArchiveUse.objects.filter(file=file).update(act="read"),
        lambda: ArchiveUse.objects.filter(file=file).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# --- keeping ---------------------------------------------------------------------------------------------------------


def test_deleting_an_upload_leaves_neither_bytes_nor_fields(read: Callable[..., ArchivedFile], cast: Cast) -> None:
    file = read()
    sha256 = file.stored_file.sha256
    assert commands.forget(actor=cast.actor("citizen"), file_id=file.pk, now=NOW).outcome == "deleted"
    gone = fresh(file)
    assert (gone.state, gone.stored_file, gone.sealed, gone.stamps, gone.bytes_left) == (
        "deleted",
        None,
        None,
        [],
        sha256,
    )
    assert not StoredFile.objects.exists()
    commands.sweep_bytes(now=NOW + timedelta(days=3650), limit=10)  # long after the bytes were written, by any clock
    with pytest.raises(FileNotFoundError):
        storage.current().open(sha256)
    assert fresh(file).bytes_left == ""
    assert entries("archive:file:deleted") == 1 and entries("documents:file:removed") == 1
    with pytest.raises(NotAllowed):
        commands.forget(actor=cast.actor("citizen"), file_id=file.pk, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        ArchivedFile.objects.filter(pk=file.pk).update(state="kept")


def test_bytes_that_another_upload_has_stay(added: Added, cast: Cast) -> None:
    one, other = added("photo"), added("photo")
    commands.forget(actor=cast.actor("citizen"), file_id=one.pk, now=NOW)
    commands.sweep_bytes(now=NOW + timedelta(days=3650), limit=10)
    assert storage.current().read(other.stored_file.sha256) == PNG


def test_fresh_bytes_are_left_for_the_next_sweep(added: Added, cast: Cast) -> None:
    file = added("photo")
    sha256 = file.stored_file.sha256
    commands.forget(actor=cast.actor("citizen"), file_id=file.pk, now=NOW)
    assert commands.sweep_bytes(now=NOW - timedelta(days=3650), limit=10) == 0
    assert storage.current().read(sha256) == PNG and fresh(file).bytes_left == sha256


def test_nobody_deletes_anothers_paper(added: Added, cast: Cast) -> None:
    file = added()
    for who in ("stranger", "clerk", "admin"):
        with pytest.raises(NotAllowed):
            commands.forget(actor=cast.actor(who), file_id=file.pk, now=NOW)
    assert fresh(file).state == "kept"


# --- export ----------------------------------------------------------------------------------------------------------


def test_the_export_holds_everything_and_is_logged(read: Callable[..., ArchivedFile], cast: Cast, mine: Holder) -> None:
    file = read()
    with pytest.raises(NotAllowed):
        commands.export(actor=cast.actor("stranger"), holder=mine, page=lambda index: "", now=LATER)
    whole = commands.export(
        actor=cast.actor("citizen"), holder=mine, page=lambda index: f"<p>{index['owner']}</p>", now=LATER
    )
    archive = zipfile.ZipFile(io.BytesIO(whole.read()))
    index = json.loads(archive.read("index.json"))
    (paper,) = index["papers"]
    assert archive.read(paper["file"]) == PNG
    assert {field["name"]: field["value"] for field in paper["contents"]["read"]}["name"] == "李梅"
    assert archive.read("index.html").decode() == "<p>李梅</p>"
    assert queries.log(file)[0].act == "exported" and entries("archive:file:exported") == 1


# --- reuse -----------------------------------------------------------------------------------------------------------


def test_nothing_past_its_day_is_reusable(
    read: Callable[..., ArchivedFile], cast: Cast, mine: Holder, in_case: None
) -> None:
    def licence(period: str) -> ArchivedFile:
        file = read({"period": period}, paper="driving_licence")
        ArchivedFile.objects.filter(pk=file.pk).update(licence_type="1110000099000101XD009")
        return file

    past, newer = licence("2014-01-01/2020-01-01"), licence("2020-01-01/2030-01-01")
    best = licence("2020-01-01/2030-01-01")
    licence("2020-01-01/2030-01-01")
    commands.verify_at_counter(
        actor=cast.actor("clerk"), file_id=used(best, cast).pk, case_number=CASE, original_seen=True, now=NOW
    )
    found = queries.reusable_among(mine, licence_types={"1110000099000101XD009"}, names=(), on=NOW.date())
    assert best in found and past not in found and found[-1] == newer and len(found) == 3
    assert reusable(mine) == []
