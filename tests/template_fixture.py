"""Test databases are copies of one that was migrated once, for as long as no migration and no package changes.

The first process that needs a database migrates its own and leaves a copy on the server; others wait for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

PREFIX = "yitong_migrated_"
LOCK = 7_204_113


@pytest.fixture(scope="session")
def migrated(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[psycopg.Connection[Any]]:
    """The server, locked against others who would make the copy at the same time."""
    from django.db import connections

    known = connections["default"].get_connection_params() | {"dbname": "postgres"}
    names = {name: known[name] for name in ("host", "port", "user", "password", "dbname") if name in known}
    with psycopg.connect(**names, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(migrated: psycopg.Connection[Any]) -> None:
    if _is_there(migrated):
        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = template_name()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, migrated: psycopg.Connection[Any], django_db_blocker: Any) -> None:
    from django.db import connections

    connection = connections["default"]
    if not _is_there(migrated):
        with django_db_blocker.unblock():
            connection.close()
        rows = migrated.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"]).fetchall()
        for (old,) in rows:
            migrated.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
        ours = sql.Identifier(connection.settings_dict["NAME"])
        migrated.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(template_name()), ours))
    migrated.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _is_there(server: psycopg.Connection[Any]) -> bool:
    return server.execute("SELECT FROM pg_database WHERE datname = %s", [template_name()]).fetchone() is not None


def template_name() -> str:
    """The migrated database, named after what makes it: the migrations and the packages."""
    said = hashlib.sha256()
    base = settings.BASE_DIR
    for file in (*sorted(base.glob("yitong/*/migrations/*.py")), *sorted((base / "locks").glob("*.txt"))):
        said.update(file.read_bytes())
    return PREFIX + said.hexdigest()[:16]
