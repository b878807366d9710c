"""The library: holders' keys, sealed fields, key rotation, arrivals, look-ups."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.kernel.identifiers import licence as identifiers
from yitong.licences import keyring, sealing
from yitong.licences.commands import ensure_types, link_holder
from yitong.licences.commands import rotation as rotating
from yitong.licences.commands.keys import ensure_keys
from yitong.licences.holders import holder_of_enterprise, holder_of_person, key_of
from yitong.licences.models import KeyMark, Licence, LicenceType
from yitong.licences.permissions import visible_to
from yitong.licences.queries import contents, library
from yitong.licences.rules import fields as field_rules
from yitong.licences.rules.holders import Holder
from yitong.licences.rules.schema import schema_of
from yitong.licences.types_data import BY_NAME, TYPES, fields_of
from yitong.site.licences_cli import app

Grant = Callable[..., Licence]
RESIDENCE = {"sex": "女", "address": "朝晖区和平路1号", "household_place": "临江区"}


@pytest.fixture
def permit(granted: Grant, cast: Cast) -> Licence:
    """A residence permit of 李梅: most of what it holds is sensitive."""
    data = {**RESIDENCE, "idcard": cast.person("citizen").idcard}
    return granted(type_code=BY_NAME["居住证"].code, data=data, valid_years=1)


def arrived(cast: Cast, id_number: str, kind: str = "结婚证", source_id: str = "1", **changes: Any) -> Licence:
    """A licence of somebody as a department would have sent it."""
    ensure_types(NOW)
    type_ = LicenceType.objects.get(name=kind)
    identifier = identifiers.compose(type_.code, cast.department("health").uscc, f"A{source_id:0>9}", 1)
    stored = sealing.stored(type_.fields, {"idcard": id_number, "spouse_name": "张三"}, identifier)
    values: dict[str, Any] = {
        "identifier": identifier,
        "number": f"J{source_id}",
        "type": type_,
        "holder_kind": "person",
        "holder_key": key_of("person", id_number),
        "holder_name": "李梅",
        "data": stored.data,
        "sealed": stored.sealed,
        "sealed_key": stored.sealed_key,
        "issued_on": date(2020, 1, 1),
        "valid_from": date(2020, 1, 1),
        "issuer_uscc": cast.department("health").uscc,
        "issuer_name": "某市民政局",
        "region": cast.region(),
        "source_code": "civil",
        "source_id": source_id,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Licence.objects.create(**{**values, **changes})


# --- holders -------------------------------------------------------------------------------------------------------------
def test_a_holders_key_is_keyed_short_and_the_same_for_every_spelling(settings: Any, tmp_path: Path) -> None:
    first = key_of("person", " 11010519491231002x ")
    assert len(first) == 16 and first == key_of("person", "11010519491231002X")
    assert first != key_of("enterprise", "11010519491231002X")
    settings.VAR = tmp_path / "elsewhere"
    assert key_of("person", "11010519491231002X") != first, "another installation has other keys"
    with pytest.raises(ValueError, match="person or an enterprise"):
        key_of("ship", "1")


def test_keys_are_files_nobody_else_reads_and_stay(settings: Any) -> None:
    once, ring = keyring.holder_key(), keyring.ring()
    folder = Path(settings.VAR) / "trust"
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ("holder-key", "data-keys")} == {0o600}
    assert keyring.holder_key() == once and keyring.ring() == ring and ring.current == 1
    assert not list(folder.glob(".*")), "no drafts are left"


def test_a_key_lies_on_the_disk_before_it_has_its_name(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut after the first sealed row must not leave an empty file."""
    folder = Path(settings.VAR) / "trust"
    done: list[tuple[str, int]] = []
    fsync, link, replace = os.fsync, os.link, Path.replace

    def synced(handle: int) -> None:
        fsync(handle)
        done.append(("synced", os.fstat(handle).st_ino))

    def named(how: Callable[..., Any]) -> Callable[..., Any]:
        def act(draft: Path, file: Path) -> None:
            assert draft.stat().st_size > 44, "written before it is named"
            done.append(("named", draft.stat().st_ino))
            how(draft, file)

        return act

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", named(link))
    monkeypatch.setattr(Path, "replace", named(replace))
    for make, name in ((keyring.holder_key, "holder-key"), (keyring.ring, "data-keys"), (keyring.add_key, "data-keys")):
        done.clear()
        make()
        file = (folder / name).stat().st_ino
        assert done == [("synced", file), ("named", file), ("synced", folder.stat().st_ino)], name


def test_keys_of_the_environment_go_before_files_and_bad_ones_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "A" * 43 + "="
    monkeypatch.setenv("YITONG_DATA_KEYS", f"2:{key},1:{key}")
    assert keyring.ring().current == 2 and set(keyring.ring().keys) == {1, 2}
    for wrong in ("x", f"0:{key}", f"1:{key},1:{key}", "1:short", ","):
        monkeypatch.setenv("YITONG_DATA_KEYS", wrong)
        with pytest.raises(keyring.BadKey, match="YITONG_DATA_KEYS"):
            keyring.ring()
    monkeypatch.setenv("YITONG_HOLDER_KEY", "zz")
    with pytest.raises(keyring.BadKey, match="YITONG_HOLDER_KEY"):
        keyring.holder_key()


def test_set_up_refuses_another_holder_key_than_the_database_was_filled_with(permit: Licence, settings: Any) -> None:
    ensure_keys(NOW)
    ensure_keys(NOW)
    assert KeyMark.objects.count() == 1
    trust = Path(settings.VAR) / "trust"
    kept = (trust / "holder-key").read_text()
    (trust / "holder-key").unlink()
    with pytest.raises(keyring.BadKey, match="holder key"):
        ensure_keys(NOW)
    (trust / "holder-key").write_text(kept)
    (trust / "data-keys").write_text((trust / "data-keys").read_text().replace("1:", "7:"))
    with pytest.raises(keyring.BadKey, match="missing: 1"):
        ensure_keys(NOW)


# --- sealing ---------------------------------------------------------------------------------------------------------------
@given(st.dictionaries(st.text(max_size=10), st.text(max_size=40), max_size=5), st.text(max_size=20))
def test_what_is_sealed_opens_for_its_own_row_only(fields: dict[str, str], bound: str) -> None:
    sealed, number = sealing.seal(fields, bound)
    assert sealing.unseal(sealed, number, bound) == fields
    with pytest.raises(sealing.CannotOpen, match="Sealed fields do not open"):
        sealing.unseal(sealed, number, bound + "x")
    with pytest.raises(sealing.CannotOpen, match="Data key 99 is missing"):
        sealing.unseal(sealed, 99, bound)
    broken = bytearray(sealed)
    broken[-1] ^= 1
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(bytes(broken), number, bound)


def test_sensitive_fields_never_lie_in_clear(permit: Licence, cast: Cast) -> None:
    assert permit.data == {"sex": "女"} and permit.sealed_key == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM licences_licence AS l WHERE id = %s", [permit.pk])
        (row,) = cursor.fetchone()
    for secret in (cast.person("citizen").idcard, "和平路", "临江区"):
        assert secret not in row
    again = library.by_identifier(permit.identifier)
    assert again is not None
    assert contents.whole(again) == {"idcard": cast.person("citizen").idcard, **RESIDENCE}
    masked = contents.masked(again).values
    assert masked["sex"] == "女" and masked["address"] == contents.MASK
    assert masked["idcard"].startswith("439901") and cast.person("citizen").idcard not in masked.values()
    assert contents.only(again, ["sex"]).values == {"sex": "女"}
    assert contents.only(again, ["address"]).values == {"address": RESIDENCE["address"]}


def test_a_value_the_type_does_not_know_is_sealed() -> None:
    plain, secret = field_rules.split(fields_of(BY_NAME["居住证"]), {"sex": "男", "血型": "A", "idcard": "1"})
    assert plain == {"sex": "男"} and secret == {"血型": "A", "idcard": "1"}


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_every_built_in_type_has_a_sound_schema(kind: Any) -> None:
    fields = fields_of(kind)
    schema = schema_of(kind.code, kind.name, fields)
    assert list(schema["properties"]) == [field["name"] for field in fields]
    assert schema["additionalProperties"] is False
    sensitive = {field["name"] for field in fields if field["confidentiality"] == "sensitive"}
    assert {"idcard", "phone", "spouse_idcard"} & {field["name"] for field in fields} <= sensitive
    if kind.holders == "person":
        assert {"address", "birth_on"} & {field["name"] for field in fields} <= sensitive
    assert not kind.renewable or kind.years


# --- rotation ----------------------------------------------------------------------------------------------------------------
def test_rotation_seals_every_row_anew_and_the_old_key_may_go(permit: Licence, cast: Cast) -> None:
    rows = [arrived(cast, cast.person("stranger").idcard, source_id=str(number)) for number in range(5)]
    before = {row.pk: contents.whole(row) for row in (permit, *rows)}
    seen: list[tuple[str, int, int]] = []
    done = rotating.rotate(now=NOW, batch=2, progress=lambda *told: seen.append(told))
    assert (done.key, done.rows, done.made_key, done.dropped) == (2, 6, True, ())
    assert rotating.counts() == {2: 6} and seen[-1][1] == seen[-1][2]
    assert {row.pk: contents.whole(row) for row in Licence.objects.select_related("type")} == before
    assert Entry.objects.filter(tag="licences:key:rotated").count() == 1
    early = rotating.rotate(now=NOW + rotating.SETTLED - timedelta(seconds=1), drop=True)
    assert (early.made_key, early.dropped, early.kept) == (False, (), (1,))
    late = rotating.rotate(now=NOW + rotating.SETTLED, drop=True)
    assert (late.made_key, late.dropped, late.kept) == (False, (1,), ())
    assert set(keyring.ring().keys) == {2}
    assert {row.pk: contents.whole(row) for row in Licence.objects.select_related("type")} == before


def test_an_interrupted_rotation_goes_on_under_the_same_key(permit: Licence, cast: Cast) -> None:
    for number in range(5):
        arrived(cast, cast.person("stranger").idcard, source_id=str(number))

    def pull_the_plug(table: str, last: int, highest: int) -> None:
        if table == "licences_licence":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotating.rotate(now=NOW, batch=2, progress=pull_the_plug)
    assert rotating.counts() == {1: 4, 2: 2} and rotating.remaining() == 4
    done = rotating.rotate(now=NOW, batch=2)
    assert (done.key, done.rows, done.made_key) == (2, 4, False) and rotating.counts() == {2: 6}


def test_rotation_by_the_command_line_and_with_keys_of_the_environment(
    permit: Licence, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = CliRunner()
    done = runner.invoke(app, ["rotate-keys", "--json"])
    assert done.exit_code == 0 and json.loads(done.stdout)["rows"] == 1
    human = runner.invoke(app, ["rotate-keys"])
    assert human.exit_code == 0 and "Data key 3" in human.stdout
    text = (Path(settings.VAR) / "trust" / "data-keys").read_text().strip()
    monkeypatch.setenv("YITONG_DATA_KEYS", text)
    refused = runner.invoke(app, ["rotate-keys"])
    assert refused.exit_code == 1 and "YITONG_DATA_KEYS" in refused.output
    monkeypatch.setenv("YITONG_DATA_KEYS", "9:" + "A" * 43 + "=," + text)
    assert runner.invoke(app, ["rotate-keys"]).exit_code == 0
    assert set(rotating.counts()) == {9}


def test_another_table_joins_rotation(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE other_sealed (id bigint, sealed bytea, sealed_key smallint)")
        sealed, number = sealing.seal({"a": "1"})
        cursor.execute("INSERT INTO other_sealed VALUES (1, %s, %s)", [sealed, number])
    sealing.register(sealing.SealedTable("other_sealed"))
    try:
        assert rotating.rotate(now=NOW).rows == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT sealed, sealed_key FROM other_sealed")
            assert sealing.unseal(*cursor.fetchone()) == {"a": "1"}
    finally:
        sealing._tables.pop("other_sealed")


# --- people nobody registered --------------------------------------------------------------------------------------------------
def test_an_arrived_licence_is_its_holders_before_and_after_he_registers(cast: Cast) -> None:
    person = cast.person("citizen")
    row = arrived(cast, person.idcard)
    assert row.holder_person_id is None
    assert row in visible_to(cast.actor("citizen")) and not visible_to(cast.actor("stranger")).exists()
    assert not visible_to(cast.actor("chief")).exists() and not visible_to(cast.actor("outsider")).exists()
    assert link_holder(holder=holder_of_person(person), now=NOW) == 1
    assert link_holder(holder=holder_of_person(person), now=NOW) == 0
    row.refresh_from_db()
    assert row.holder_person_id == person.pk
    assert Entry.objects.filter(tag="licences:holder:linked").count() == 1


def test_registering_links_what_arrived(cast: Cast) -> None:
    from yitong.kernel.identifiers import idcard
    from yitong.parties.commands.people import register_person

    number = idcard.compose("439901", date(1979, 4, 5), 12)
    row = arrived(cast, number)
    found = register_person(
        actor=cast.actor("clerk"), name="何师傅", idcard=number, phone="13800000009", address="", now=NOW
    )
    row.refresh_from_db()
    assert row.holder_person_id == found.pk


def test_look_ups_find_by_holder_identifier_number_code_and_case(permit: Licence, cast: Cast, granted: Grant) -> None:
    holder, on = holder_of_person(cast.person("citizen")), NOW.date()
    marriage = arrived(cast, holder.id_number)
    assert library.valid_of(holder, None, on) == [permit, marriage]
    assert library.valid_of(holder, [BY_NAME["结婚证"].code], on) == [marriage]
    assert library.valid_of(holder, [], on) == []
    assert library.valid_of(holder, None, on + timedelta(days=366)) == [marriage], "the permit's term is over"
    assert library.valid_of(holder_of_enterprise(cast.enterprise()), None, on) == []
    assert library.by_identifier(permit.identifier) == library.by_identifier(permit.identifier[15:]) == permit
    assert library.by_identifier("nothing") is None
    assert library.by_number(permit.number.lower()) == permit
    assert library.by_number(permit.number, BY_NAME["结婚证"].code) is None
    assert library.by_code(permit.code or "") == permit and library.by_code("") is None
    assert library.by_ids([permit.pk, marriage.pk]) == {permit.pk: permit, marriage.pk: marriage}


def test_look_ups_read_one_index(permit: Licence) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for where, index, value in (
            ("holder_key = %s", "licence_of_holder", bytes(permit.holder_key)),
            ("identifier = %s", "licence_identifier_once", permit.identifier),
            ("number = %s", "licence_number_once", permit.number),
            ("source_code = 'x' AND source_id = %s AND source_code <> ''", "licence_source_once", "1"),
            ("code = %s AND code IS NOT NULL", "licence_code_once", permit.code),
        ):
            cursor.execute(f"EXPLAIN SELECT * FROM licences_licence WHERE {where}", [value])
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert index in plan, plan


def test_the_register_keeps_issued_licences_and_lets_sources_correct_theirs(permit: Licence, cast: Cast) -> None:
    row = arrived(cast, cast.person("stranger").idcard)
    Licence.objects.filter(pk=row.pk).update(valid_until=date(2030, 1, 1), status="lost")
    Licence.objects.filter(pk=row.pk).update(status="valid", holder_name="外人", data={"spouse_name": "李四"})
    names: tuple[dict[str, object], ...] = ({"identifier": permit.identifier[:-1]}, {"source_id": "2"}, {"version": 2})
    for change in names:
        with pytest.raises(DatabaseError), transaction.atomic():
            Licence.objects.filter(pk=row.pk).update(**change)
    contents: tuple[dict[str, object], ...] = (
        {"data": {}},
        {"holder_key": b"0" * 16},
        {"sealed": b"x"},
        {"issuer_name": "别处"},
        {"valid_until": None},
    )
    for change in contents:
        with pytest.raises(DatabaseError), transaction.atomic():
            Licence.objects.filter(pk=permit.pk).update(**change)


def test_a_licence_needs_an_origin_and_one_row_per_source_id(cast: Cast) -> None:
    arrived(cast, cast.person("stranger").idcard, source_id="7")
    for source in ({"source_code": "civil", "number": "J8", "version": 2}, {"source_code": "", "number": "J9"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            arrived(cast, cast.person("stranger").idcard, source_id="7", **source)


def test_a_holder_is_found_without_a_row(cast: Cast) -> None:
    arrived(cast, cast.person("stranger").idcard)
    somebody = Holder("person", cast.person("stranger").idcard.lower(), "外人")
    assert len(library.valid_of(somebody, None, NOW.date())) == 1


def test_the_ring_is_read_again_when_another_process_rotated(permit: Licence, settings: Any) -> None:
    file = Path(settings.VAR) / "trust" / "data-keys"
    assert keyring.ring().current == 1
    text = file.read_text()
    file.with_name("new").write_text("4:" + "B" * 43 + "=," + text)
    file.with_name("new").replace(file)
    assert sealing.seal({"a": "1"})[1] == 4 and contents.whole(permit)["sex"] == "女"


def test_rotation_forgets_no_table(db: None) -> None:
    assert rotating.unknown_tables() == [], "call sealing.register for these when their app is ready"


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["licences_licencetype", "parties_region"])
def test_what_licences_refer_to_is_not_deleted(cast: Cast, table: str) -> None:
    licence = arrived(cast, cast.person("citizen").idcard)
    parent = licence.type_id if table == "licences_licencetype" else licence.region_id
    with pytest.raises(DatabaseError, match="has licences"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [parent])
