"""A database filled before the library migrates: nothing is lost, and what is sensitive is sealed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tests.cast import NOW
from yitong.kernel.identifiers import idcard, uscc
from yitong.licences import sealing
from yitong.licences.holders import key_of
from yitong.licences.migrations import __path__ as _migrations
from yitong.licences.types_data import BY_NAME

ALIAS = "before_the_library"
BEFORE = [("licences", "0002_guards")]
AFTER = [("licences", "0003_library")]
PERSON = idcard.compose("439901", date(1990, 5, 20), 24)
COMPANY = uscc.compose("9", "1", "439901", "MA000001")
ORGAN = uscc.compose("1", "1", "439900", "MB000002")


@pytest.fixture
def older(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The tables as they were, in a database of their own."""
    assert _migrations
    default = connections["default"].settings_dict
    name = f"{default['NAME']}_older"
    with django_db_blocker.unblock():
        parameters = connections["default"].get_connection_params()
        own = {key: parameters[key] for key in ("host", "port", "user", "password") if parameters.get(key)}
        with psycopg.connect(**own, dbname="postgres", autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}"')
            server.execute(f'CREATE DATABASE "{name}"')
        connections.databases[ALIAS] = {**default, "NAME": name}
        try:
            MigrationExecutor(connections[ALIAS]).migrate(BEFORE)
            yield connections[ALIAS]
        finally:
            connections[ALIAS].close()
            del connections[ALIAS], connections.databases[ALIAS]
            with psycopg.connect(**own, dbname="postgres", autocommit=True) as server:
                server.execute(f'DROP DATABASE "{name}"')


def fill(connection: Any) -> None:
    """What an installation holds: a person, an enterprise, a department, and their licences."""
    apps = MigrationExecutor(connection).loader.project_state(BEFORE).apps

    def add(label: str, model: str, **values: Any) -> Any:
        return apps.get_model(label, model).objects.using(ALIAS).create(**values)

    region = add("parties", "Region", code="439900", name="示范市", level=1)
    department = add("parties", "Department", code="market", name="示范市市场监督管理局", uscc=ORGAN, region=region)
    person = add(
        "parties", "Person", name="李梅", idcard=PERSON, sex="female", birth_on=date(1990, 5, 20), registered_at=NOW
    )
    company = add("parties", "Enterprise", name="恒信", uscc=COMPANY, legal_representative=person, registered_at=NOW)
    template = add(
        "documents", "DocumentTemplate", kind="licence", version=1, title="证", body="证", edited_by="x", edited_at=NOW
    )
    for number, (kind_name, holder, data, status) in enumerate(
        [
            ("居住证", {"holder_person": person}, {"idcard": PERSON, "sex": "女", "address": "和平路1号"}, "valid"),
            ("食品经营许可证", {"holder_enterprise": company}, {"scope": "预包装食品", "血型": "A"}, "revoked"),
        ]
        + [("户籍证明", {"holder_person": person}, {}, "valid")] * 3
    ):
        kind = BY_NAME[kind_name]
        fields = [{"name": name, "label": label} for name, label in kind.fields]
        type_ = apps.get_model("licences", "LicenceType").objects.using(ALIAS).filter(code=kind.code).first() or add(
            "licences",
            "LicenceType",
            **{"code": kind.code, "name": kind.name, "issuer": kind.issuer, "fields": fields},
            **{"number_prefix": kind.prefix, "holder_kinds": kind.holders},
        )
        document = add(
            "documents",
            "Document",
            **{"code": f"C{number}", "kind": "licence", "template": template, "subject": f"licence:N{number}"},
            **{"issuer_department": department, "region": region, "issued_by": "staff:1", "issued_at": NOW},
        )
        licence = add(
            "licences",
            "Licence",
            **{"identifier": f"1.2.156.3005.2.{number}", "number": f"N{number}", "type": type_, **holder},
            **{"holder_name": "李梅", "data": data, "status": status, "issued_on": NOW.date()},
            **{"valid_from": NOW.date(), "issuer_department": department, "region": region, "document": document},
            **{"code": document.code, "case_number": f"case-{number}", "created_at": NOW},
        )
        for event in dict.fromkeys(["valid", status]):
            add("licences", "LicenceEvent", licence=licence, at=NOW, status=event, actor_ref="staff:1")


def test_a_filled_database_migrates(older: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(older)
    monkeypatch.setattr("yitong.licences.migrations.0003_library.BATCH", 2)
    executor = MigrationExecutor(older)
    executor.migrate(AFTER)
    apps = executor.loader.project_state(AFTER).apps
    rows = list(apps.get_model("licences", "Licence").objects.using(ALIAS).select_related("type").order_by("id"))
    assert len(rows) == 5 and all(row.issuer_uscc == ORGAN and row.issuer_name for row in rows)
    assert all(row.updated_at == row.created_at == NOW and row.version == 1 for row in rows)
    permit, food = rows[0], rows[1]
    assert permit.holder_kind == "person" and bytes(permit.holder_key) == key_of("person", PERSON)
    assert permit.data == {"sex": "女"}
    opened = sealing.unseal(permit.sealed, permit.sealed_key, permit.identifier)
    assert opened == {"idcard": PERSON, "address": "和平路1号"}
    assert food.holder_kind == "enterprise" and bytes(food.holder_key) == key_of("enterprise", COMPANY)
    assert food.data == {"scope": "预包装食品"} and food.status == "revoked"
    assert sealing.unseal(food.sealed, food.sealed_key, food.identifier) == {"血型": "A"}
    assert rows[2].sealed is None and rows[2].sealed_key is None
    events = apps.get_model("licences", "LicenceEvent").objects.using(ALIAS).order_by("id")
    assert [event.what for event in events.filter(licence_id=food.pk)] == ["issued", "revoked"]
    assert apps.get_model("licences", "KeyMark").objects.using(ALIAS).get().name == "holder"
    kinds = {field["name"]: field for field in permit.type.fields}
    assert kinds["idcard"]["confidentiality"] == "sensitive" and permit.type.renewable and permit.type.valid_years == 1
    with older.cursor() as cursor, pytest.raises(Exception, match="cannot be changed"):
        cursor.execute("UPDATE licences_licence SET holder_name = 'x' WHERE id = %s", [permit.pk])
