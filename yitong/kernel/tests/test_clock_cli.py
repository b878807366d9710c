"""``yitong clock`` prints what the clock says, as JSON and for people, and names the option that is wrong."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from yitong.kernel.clock_cli import app

HEARING = ["--suspend", "2026-10-09:2026-10-15"]


def run(*args):
    return CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}).invoke(app, list(args))


def due_json(*args, start="2026-09-24T15:00", limit="20"):
    result = run("due", "--start", start, "--limit", limit, *args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_due_prints_the_due_day_the_counted_days_and_the_excluded_ones():
    answer = due_json("--unit", "workday", *HEARING, "--now", "2026-10-20T10:00")
    assert answer["due_on"] == "2026-11-05"
    assert answer["due_at"] == "2026-11-05T23:59:59+08:00"
    assert answer["start_on"] == "2026-09-24"
    assert len(answer["counted"]) == 20
    assert (answer["counted"][0], answer["counted"][-1]) == ("2026-09-28", "2026-11-05")
    assert {"on": "2026-10-01", "reason": "holiday", "detail": "国庆节"} in answer["excluded"]
    assert [e["on"] for e in answer["excluded"] if e["reason"] == "suspended"] == [
        f"2026-10-{day}" for day in ("09", "10", "12", "13", "14")
    ]
    assert answer["remaining"] == 13
    assert answer["provisional"] is False
    assert "ledger" not in answer


def test_options_may_be_repeated_and_combined():
    answer = due_json(
        *("--suspend", "2026-10-09:2026-10-12:hearing:on request", "--suspend", "2026-10-12:2026-10-15"),
        *("--extend", "3", "--extend", "2", "--closing", "14:00", "--ledger", "--now", "2026-09-24T16:00"),
    )
    assert answer["start_on"] == "2026-09-28"
    assert answer["ledger"][0]["detail"] == "after_hours"
    assert answer["remaining"] == len(answer["counted"]) == 25
    assert {"on": "2026-10-09", "reason": "suspended", "detail": "hearing: on request"} in answer["excluded"]


def test_an_offset_in_the_start_is_honoured():
    assert due_json(start="2026-09-23T17:00+00:00", limit="1")["start_on"] == "2026-09-24"


def test_calendar_days_and_the_roll_to_a_working_day():
    assert due_json("--unit", "day", limit="10")["due_on"] == "2026-10-04"
    assert due_json("--unit", "day", "--roll-to-workday", limit="10")["due_on"] == "2026-10-08"


def test_an_open_suspension_prints_no_due_day():
    answer = due_json("--suspend", "2026-10-09:", "--now", "2026-10-13T09:00")
    assert (answer["due_on"], answer["due_at"], answer["remaining"]) == (None, None, 16)
    assert answer["excluded"][-1]["on"] == "2026-10-13"


def test_the_present_is_used_when_no_now_is_given():
    assert due_json(start="2020-03-02T09:00", limit="1")["remaining"] < -1000


def test_people_get_a_table_and_the_provisional_warning():
    result = run("due", "--start", "2026-12-24T18:00", "--limit", "8", "--closing", "17:30", "--ledger", *HEARING)
    assert result.exit_code == 0
    assert "2027-01-06 23:59:59 Asia/Shanghai" in result.stdout
    assert "received on 2026-12-24 after closing time" in result.stdout
    assert "PROVISIONAL: the working days after 2026 are not published" in result.stdout
    plain = run("due", "--start", "2026-09-24T15:00", "--limit", "20")
    assert "2026-10-29" in plain.stdout
    assert "PROVISIONAL" not in plain.stdout
    assert "weekday" not in plain.stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--suspend", "2026-10-09:2026-10-09"),
        ("--suspend", "2026-10-09"),
        ("--suspend", "9 October:2026-10-12"),
        ("--limit", "-1"),
        ("--limit", "many"),
        ("--limit", "1000000"),
        ("--start", "yesterday"),
        ("--start", "2019-12-31T09:00"),
        ("--extend", "-4"),
        ("--closing", "25:00"),
        ("--closing", "17:30+08:00"),
        ("--unit", "month"),
        ("--now", "soon"),
        ("--calendar", "1999.1"),
    ],
)
def test_bad_input_exits_2_and_names_the_option(option, value):
    args = {"--start": "2026-09-24T15:00", "--limit": "20", option: value}
    result = run("due", *(part for pair in args.items() for part in pair), "--json")
    assert result.exit_code == 2
    assert option in result.stderr
    assert result.stdout == ""


def test_calendar_lists_years_versions_and_notices():
    answer = json.loads(run("calendar", "--json").stdout)
    assert (answer["version"], answer["years"]) == ("2026.1", list(range(2020, 2027)))
    assert "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）" in [
        n["citation"] for n in answer["notices"]
    ]
    assert "2026.1" in run("calendar").stdout


def test_the_module_loads_neither_rich_nor_django_nor_pydantic():
    code = "import sys, yitong.kernel.clock_cli; print([m for m in ('rich', 'django', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
