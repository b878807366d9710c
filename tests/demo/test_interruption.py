"""A load that is killed goes on at the next start; two processes play the cases. In a database of its own."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.template_fixture import template_name
from yitong.site.demo.load import database_url

PROGRAM = """
from datetime import datetime
import django
django.setup()
from yitong.site.demo.load import load_city
print("loaded", load_city(datetime.fromisoformat("2026-09-24T10:00:00+08:00")), flush=True)
"""


@pytest.fixture
def address(db: None) -> Iterator[str]:
    """The address of a database with tables and nothing in them."""
    here = database_url()
    name = f"yitong_demo_test_{secrets.token_hex(4)}"
    with psycopg.connect(here, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template_name()}")
        yield here.replace(f"/{connection.settings_dict['NAME']}?", f"/{name}?")
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def start(address: str, folder: Path) -> subprocess.Popen[str]:
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "yitong.site.settings",
        "YITONG_DEMO_SCALE": "0.02",
        "YITONG_VAR": str(folder),
        "YITONG_SECRET_KEY": "demonstration-" * 4,
    }
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_killed_load_goes_on(address: str, tmp_path: Path) -> None:
    first = start(address, tmp_path)
    assert first.stdout is not None
    for line in first.stdout:
        if "acts and cases" in line:
            break
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(30)
    with psycopg.connect(address) as database:
        unfinished = database.execute(
            "SELECT count(*) FROM site_demo_progress WHERE phase = 'all' AND done = -1"
        ).fetchone()
        assert unfinished == (0,)
    second = start(address, tmp_path)
    out, _ = second.communicate(timeout=300)
    assert second.returncode == 0 and out.rstrip().endswith("loaded True"), out
    with psycopg.connect(address) as database:
        count, tokens = database.execute(
            "SELECT count(*), count(DISTINCT client_token) FROM cases_case"
        ).fetchone() or (0, 0)
        assert count == tokens >= 60
        wrong = (
            "SELECT count(*) FROM (SELECT 1 FROM cases_caseevent GROUP BY case_id, seq HAVING count(*) > 1) AS twice"
        )
        assert database.execute(wrong).fetchone() == (0,)
    third = start(address, tmp_path)
    out, _ = third.communicate(timeout=120)
    assert out.rstrip().endswith("loaded False")
