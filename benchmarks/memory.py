"""Memory of the running city: the web server with two workers and the job worker, after a warm-up of 200 requests.

Proportional set size: a page that several processes share is counted once, in shares. The database server and the
launcher are told beside it. Measured on Linux, where the kernel keeps that number; elsewhere unique set size.
"""

from __future__ import annotations

import re
import sys
from http.cookiejar import CookieJar
from itertools import cycle, islice
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import psutil

from benchmarks.city_process import City, data_folder, free_port, running
from benchmarks.frame import Result, at_most, informative

LIMIT_MB = 600.0
REQUESTS, QUICK_REQUESTS = 200, 40
ROOT = Path(__file__).parent.parent
PUBLIC = ("/", "/guide/", "/guide/?q=居住", "/guide/lists/permits/", "/login/", "/verify/", "/progress/", "/outbox/")
DESK = ("/desk/", "/desk/?tab=reviewing", "/desk/search/?q=许可", "/supervision/")
MEGABYTE = 1024 * 1024


def run(quick: bool = False) -> list[Result]:
    """Starts a city of its own (the demonstration unless ``quick``), opens pages, reads the kernel's numbers, stops it."""
    command = [sys.executable, "-m", "yitong.site.cli", "run", "--json", "--port", str(free_port())]
    with data_folder() as var, running([*command, *(["--no-demo"] if quick else [])], var, ROOT) as city:
        city.wait_until_ready()
        opened = warm_up(city, QUICK_REQUESTS if quick else REQUESTS)
        return results(city.process.pid, opened)


def warm_up(city: City, requests: int) -> int:
    """Open pages of every surface, as the public and as an officer. Returns how many answered 200."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    ready = next(event for event in city.events if event["event"] == "ready")
    officer = next((row for row in ready["accounts"] if row["login"].endswith(".review1")), None)
    pages = list(PUBLIC)
    if officer is not None and _log_in(opener, city.address, officer):
        pages += [*DESK, *DESK]
        inbox = _read(opener, f"{city.address}/desk/")
        pages += list(dict.fromkeys(re.findall(r'href="(/desk/cases/[^"]+)"', inbox)))[:10]
    answered = 0
    for page in islice(cycle(pages), requests):
        answered += bool(_read(opener, city.address + quote(page.replace("&amp;", "&"), safe="/?=&%")))
    return answered


def _log_in(opener: OpenerDirector, address: str, officer: dict[str, str]) -> bool:
    form = _read(opener, f"{address}/desk/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    if token is None:
        return False
    fields = {"csrfmiddlewaretoken": token[1], "username": officer["login"], "password": officer["password"]}
    request = Request(
        f"{address}/desk/login/", urlencode(fields).encode(), headers={"Referer": f"{address}/desk/login/"}
    )
    with opener.open(request, timeout=60) as answer:
        return "/login" not in answer.url


def _read(opener: OpenerDirector, url: str) -> str:
    """The page; empty for one that is not there."""
    try:
        with opener.open(url, timeout=60) as answer:
            return str(answer.read().decode())
    except HTTPError:
        return ""


def results(launcher: int, opened: int) -> list[Result]:
    """Memory by part, from the processes below the launcher."""
    parts: dict[str, float] = {"web": 0.0, "worker": 0.0}
    workers = 0
    for child in psutil.Process(launcher).children(recursive=True):
        part = next((name for name in parts if name in _words(child)), "")
        if part:
            parts[part] += footprint(child)
            workers += part == "web"
    total = sum(parts.values())
    note = f"{opened} pages opened, {workers - 1} web workers"
    return [
        at_most("web and worker together", total, "MB", LIMIT_MB, note=note, also=min(parts.values()) > 0),
        informative("web server", parts["web"], "MB"),
        informative("job worker", parts["worker"], "MB"),
        informative("launcher", footprint(psutil.Process(launcher)), "MB"),
    ]


def _words(process: psutil.Process) -> list[str]:
    """The arguments of a part's process: `python -m yitong.site.child web`; those of gunicorn's workers are the same."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def footprint(process: psutil.Process) -> float:
    """Megabytes of proportional set size, or of unique set size where the kernel does not know the former."""
    with_shares = getattr(process.memory_full_info(), "pss", 0)
    return float(with_shares or process.memory_full_info().uss) / MEGABYTE
