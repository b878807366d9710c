"""``id check`` and ``id make`` as a shell sees them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from yitong.kernel.id_cli import app
from yitong.kernel.identifiers import KINDS

runner = CliRunner()


def test_a_valid_value_exits_0_with_its_parts() -> None:
    result = runner.invoke(app, ["check", "idcard", "11010519491231002X", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "kind": "idcard",
        "value": "11010519491231002X",
        "valid": True,
        "reason": None,
        "parts": {
            "value": "11010519491231002X",
            "region": "110105",
            "birth_on": "1949-12-31",
            "serial": "002",
            "sex": "female",
            "check": "X",
        },
    }


def test_an_invalid_value_exits_1_with_the_reason() -> None:
    result = runner.invoke(app, ["check", "project", "2020-330327-48-01-167360", "--json"])
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert (answer["valid"], answer["parts"]) == (False, None)
    assert "month, 01 to 12, not 20" in answer["reason"]


def test_plain_answers_go_where_a_shell_expects_them() -> None:
    good = runner.invoke(app, ["check", "case", "12441500196720244T3442199806003202206230068"])
    assert good.exit_code == 0
    assert "2022-06-23" in good.stdout
    bad = runner.invoke(app, ["check", "region", "990000"])
    assert (bad.exit_code, bad.stdout) == (1, "")
    assert "No province has the code 99" in bad.stderr


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_an_unknown_kind_exits_2_and_lists_the_kinds(option: list[str]) -> None:
    result = runner.invoke(app, ["check", "passport", "E1", *option])
    assert result.exit_code == 2
    assert all(kind in result.stderr for kind in KINDS)


def test_a_birth_after_the_day_given_is_refused() -> None:
    arguments = ["check", "idcard", "11010519491231002X", "--today"]
    assert runner.invoke(app, [*arguments, "1949-12-30"]).exit_code == 1
    assert runner.invoke(app, [*arguments, "1949-12-31"]).exit_code == 0
    assert runner.invoke(app, [*arguments, "yesterday"]).exit_code == 2


def test_a_citizen_number_is_made_from_its_parts() -> None:
    arguments = ["make", "idcard", "--region", "110105", "--birth-on", "1949-12-31", "--serial", "2"]
    result = runner.invoke(app, arguments)
    assert (result.exit_code, result.stdout) == (0, "11010519491231002X\n")
    assert json.loads(runner.invoke(app, [*arguments, "--json"]).stdout)["value"] == "11010519491231002X"


def test_a_credit_code_is_made_from_its_parts() -> None:
    arguments = ["make", "uscc", "--department", "1", "--category", "2", "--region", "441500"]
    result = runner.invoke(app, [*arguments, "--organisation", "19672024"])
    assert (result.exit_code, result.stdout) == (0, "12441500196720244T\n")
    assert runner.invoke(app, [*arguments, "--organisation", "196"]).exit_code == 1


def test_impossible_parts_exit_1_with_the_reason() -> None:
    result = runner.invoke(app, ["make", "idcard", "--region", "99", "--birth-on", "1949-12-31", "--serial", "2"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "region of 6 digits" in result.stderr


def test_a_check_loads_no_framework() -> None:
    script = (
        "import sys\n"
        "from yitong.kernel.id_cli import app\n"
        "try:\n"
        "    app(['check', 'uscc', '12441500196720244T', '--json'])\n"
        "except SystemExit as end:\n"
        "    assert not end.code\n"
        "sys.exit(any(name.split('.')[0] in {'django', 'rich'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).returncode == 0
