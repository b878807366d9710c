"""`yitong demo`, as anybody would call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "yitong.site.cli", "demo", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def test_the_main_job_is_played_and_every_check_holds(tmp_path: Path) -> None:
    out = tmp_path / "licence.pdf"
    done = call("--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] and all(check["holds"] for check in told["checks"])
    assert len(told["checks"]) >= 18
    assert told["timeline"][0]["what"] and len(told["timeline"]) >= 15
    counted = [day for day in told["committed"]["days"] if day["counted"]]
    # Ten promised days and three of the extension; five working days stood still.
    assert len(counted) == 13
    assert sum("专家评审" in day["why"] for day in told["committed"]["days"]) == 5
    assert out.read_bytes().startswith(b"%PDF")
    verified = subprocess.run(
        [sys.executable, "-m", "yitong.site.cli", "licence", "verify", str(out), "--ca", told["ca"], "--json"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert verified.returncode == 0 and json.loads(verified.stdout)["verdict"] == "valid"


def test_an_unwritable_place_is_told_before_anything_is_played(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = call("--out", str(tmp_path / "file" / "licence.pdf"))
    assert done.returncode == 2
    assert "--out" in done.stderr


PROGRAM = """
import django
django.setup()
from django.db import connection
from yitong.site.demo.cli import temporary_database
try:
    with temporary_database():
        name = connection.settings_dict["NAME"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            assert cursor.fetchone() == (name,)
        raise KeyError
except KeyError:
    pass
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name])
    print(name, cursor.fetchone()[0])
"""


def test_the_database_goes_whatever_happens() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "yitong.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    name, left = done.stdout.split()
    assert name.startswith("yitong_demo_") and left == "0", done.stderr
