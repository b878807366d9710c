"""From a fresh clone to a running city: each phase, cold (packages fetched), warm (second start), no limit but the warm start's.

Cold means a clone without environment and data, `make run` as the README says; the package managers' own caches are emptied
for it by pointing them at empty folders. `--skip-cold` measures this checkout's second start alone, with fresh data first.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.city_process import City, data_folder, free_port, running
from benchmarks.frame import Result, at_most, informative

WARM_LIMIT = 10.0
"""Seconds of the second start."""
ROOT = Path(__file__).parent.parent
CACHES = {"UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip", "npm_config_cache": "npm"}


def run(quick: bool = False) -> list[Result]:
    """``quick`` skips the cold start and the demonstration city."""
    if quick or os.environ.get("YITONG_BENCH_SKIP_COLD"):
        return _from_checkout(quick)
    return _from_clone()


def _from_checkout(quick: bool) -> list[Result]:
    command = [sys.executable, "-m", "yitong.site.cli", "run", "--json", "--port", str(free_port())]
    if quick:
        command.append("--no-demo")
    with data_folder() as var:
        first = _start(command, var, ROOT)
        second = _start(command, var, ROOT)
    return [*_told("first start", first), *_warm(second)]


def _from_clone() -> list[Result]:
    """Clone, `make run` cold, `make run` again."""
    folder = Path(tempfile.mkdtemp(prefix="yitong-clone-"))
    folder.chmod(0o755)
    kept = {name: os.environ.get(name) for name in CACHES}
    try:
        os.environ |= {name: str(folder / "caches" / place) for name, place in CACHES.items()}
        begun = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "yitong")], check=True)
        cloned = time.monotonic() - begun
        command = ["make", "-s", "run", f"ARGS=--json --port {free_port()}"]
        # The database's account must reach the data; the clone's own folder below may be closed to it.
        with data_folder() as var:
            first = _start(command, var, folder / "yitong")
            second = _start(command, var, folder / "yitong")
    finally:
        for name, value in kept.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)
    return [informative("cold: git clone", cloned, "s"), *_told("cold", first), *_warm(second)]


def _start(command: list[str], var: Path, cwd: Path) -> tuple[float, City]:
    with running(command, var, cwd) as city:
        return city.wait_until_ready(), city


def _told(which: str, start: tuple[float, City]) -> list[Result]:
    """Each phase, what passed before the launcher spoke (packages, front-end files), and the whole."""
    seconds, city = start
    phases = city.phases()
    first = next((each["after"] for each in city.events if each["event"] == "phase"), seconds)
    before = first - phases[0][1] if phases else 0.0
    return [
        informative(f"{which}: packages and front-end files", before, "s"),
        *(informative(f"{which}: {name[:1].lower()}{name[1:]}", took, "s") for name, took in phases),
        informative(f"{which}: to the running city", seconds, "s"),
    ]


def _warm(start: tuple[float, City]) -> list[Result]:
    seconds, _ = start
    return [at_most("warm: second start to the running city", seconds, "s", WARM_LIMIT)]
