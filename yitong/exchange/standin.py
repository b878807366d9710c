"""The local stand-in for registers of the province and the ministries: where it is, and its switches.

A demonstration city has no line to them. ``python -m yitong.exchange.upstream`` answers instead; everything it answers is
made up, and every page that shows such an answer says so. A real city sets addresses of real registers.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from django.conf import settings

from yitong.kernel.reasons import N_, Reason, Refused

SCHEME = "standin:"
MODES: dict[str, str] = {
    "ok": N_("answers"),
    "slow": N_("answers late"),
    "error": N_("reports a fault (HTTP 500)"),
    "bad_json": N_("sends something that is not JSON"),
    "wrong_schema": N_("sends other fields than agreed"),
    "wrong_person": N_("answers about somebody else"),
    "down": N_("hangs up without a word"),
}


def address(url: str) -> str:
    """``url`` with ``standin:`` replaced by the address of the stand-in."""
    return settings.YITONG_STANDIN_URL + url.removeprefix(SCHEME) if url.startswith(SCHEME) else url


def register_of(url: str) -> str:
    """``standin:/v1/degree`` is about the register ``degree``."""
    return url.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Switches:
    """How each register of the stand-in behaves now; ``running`` is False when it cannot be reached."""

    running: bool
    modes: dict[str, str]


def switches() -> Switches:
    """Ask the stand-in how it behaves."""
    try:
        answer = httpx.get(f"{settings.YITONG_STANDIN_URL}/switches", timeout=1.0, trust_env=False)
        return Switches(True, {str(key): str(value) for key, value in answer.json().items()})
    except (httpx.HTTPError, ValueError, AttributeError):
        return Switches(False, {})


def switch(register: str, mode: str) -> None:
    """Let one register of the stand-in behave so. Raises Refused (unknown mode, stand-in not running)."""
    if mode not in MODES:
        raise Refused(Reason("unknown_mode", N_("Choose one of the listed kinds of behaviour."), field="mode"))
    try:
        httpx.post(
            f"{settings.YITONG_STANDIN_URL}/switches", json={register: mode}, timeout=1.0, trust_env=False
        ).raise_for_status()
    except httpx.HTTPError:
        raise Refused(
            Reason("standin_not_running", N_("The local stand-in does not run; start the city with make run."))
        ) from None
