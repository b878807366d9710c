"""The shape of results: limits, ratios, percentiles, the table, RESULTS.md, and failures that stop nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from benchmarks import cli, report
from benchmarks.frame import BENCHMARKS, Result, at_least, at_most, best_rate, informative, percentile, spread
from benchmarks.machine import Machine

HERE = Machine(2, 23.5, "A processor", "Linux x86_64", "3.11.7", "18.1", 0.1)


def test_a_time_passes_up_to_its_limit_and_a_rate_from_its_limit_on():
    assert at_most("t", 50.0, "ms", 50.0).ok
    assert not at_most("t", 50.1, "ms", 50.0).ok
    assert at_least("r", 150.0, "/s", 150.0).ok
    assert not at_least("r", 149.9, "/s", 150.0).ok


def test_a_second_condition_counts_as_much_as_the_limit():
    assert not at_most("t", 1.0, "ms", 50.0, also=False).ok


def test_the_ratio_is_value_by_baseline_and_absent_without_one():
    assert at_most("t", 30.0, "ms", 50.0, baseline_name="bare", baseline=20.0).ratio == 1.5
    assert informative("n", 3, "trips").ratio is None


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.951, 96), (1.0, 100), (0.001, 1)])
def test_percentiles_are_measured_values_by_nearest_rank(share, expected):
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_no_values_have_no_percentile():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_the_best_pass_counts_and_at_least_one_is_made():
    passes = []
    assert best_rate(lambda: passes.append(1) or 10, 0.0) > 0
    assert len(passes) == 1


def test_a_fixed_count_is_told_as_one_number():
    assert spread([9, 9]) == "9"
    assert spread([9, 12, 10]) == "9 to 12"


def test_the_table_says_pass_over_the_limit_or_nothing():
    assert report.row(at_most("t", 12.345, "ms", 50.0))[-1] == "PASS"
    assert report.row(at_most("t", 99.0, "ms", 50.0))[-1] == "OVER THE LIMIT"
    assert report.row(informative("n", 3, "trips"))[-1] == ""
    assert report.row(at_most("t", 12.345, "ms", 50.0))[1:3] == ("12.3 ms", "≤ 50")


def test_results_are_kept_latest_first_with_the_machine(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path / "RESULTS.md")
    for day, name in ((1, "older"), (2, "newer")):
        results = {"legal_clock": [at_least(name, 200_000, "/s", 100_000)]}
        report.record(results, {"memory": "no city"}, HERE, datetime(2026, 1, day, tzinfo=UTC), False)
    text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert text.index("newer") < text.index("older")
    assert text.count("# Results\n") == 1 and text.count("## 2026-01-") == 2
    assert "A processor, 2 cores, 24 GiB" in text and "Not measured: no city" in text
    assert "| older | 200,000 /s | ≥ 100,000 |  |  | PASS |" in text


def test_a_busy_machine_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "RESULTS", tmp_path / "RESULTS.md")
    busy = Machine(2, 23.5, "A processor", "Linux x86_64", "3.11.7", "18.1", 3.2)
    report.record({}, {}, busy, datetime(2026, 1, 1, tzinfo=UTC), True)
    text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "upper bounds" in text and "(quick)" in text


def test_a_benchmark_runs_in_its_own_process_and_its_results_come_back_whole():
    results = cli.measure("legal_clock", True, os.environ)
    assert all(isinstance(result, Result) and result.value > 0 for result in results)
    assert {result.limit for result in results} == {100_000, 10_000}


def test_a_failure_is_told_by_its_last_line(monkeypatch, capfd):
    broken = BENCHMARKS["legal_clock"].__class__("benchmarks.no_such_module", "")
    monkeypatch.setitem(BENCHMARKS, "broken", broken)
    with pytest.raises(cli.MeasurementFailed, match="KeyError"):
        cli.measure("broken", True, os.environ)


def test_an_unknown_name_is_refused_with_the_known_ones():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "speed"], cwd=cli.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "inbox_million" in done.stderr


def test_json_is_one_object_with_machine_results_and_failures():
    command = [sys.executable, "-m", "benchmarks", "legal_clock", "--quick", "--json"]
    done = subprocess.run(command, cwd=cli.ROOT, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    assert found["failures"] == {} and found["machine"]["cores"] >= 1
    assert {"name", "value", "unit", "baseline", "ratio", "limit", "ok"} <= set(found["results"]["legal_clock"][0])
