"""Registers that answer JSON over HTTP.

The envelope says how the source wraps its record, with defaults in ``Envelope``. The question goes in the body: numbers of
people do not belong into addresses, which every proxy writes down.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields
from typing import Any

import httpx

from yitong.exchange.providers import wire
from yitong.exchange.providers.base import Target
from yitong.exchange.rules.answers import Answer, NoAnswer, Question
from yitong.exchange.rules.mapping import at
from yitong.exchange.standin import address
from yitong.kernel.reasons import N_

MOST_BYTES = 256 * 1024
"""One record of one person. A source that sends more is broken or somebody else."""
TELLING = 4096


@dataclass(frozen=True, slots=True)
class Envelope:
    """``code``: where the result code stands; ``found``, ``absent``: its values; ``data``: where the record stands;
    ``number``, ``holder``: where in the record the number and name asked for are repeated (empty: they are not)."""

    code: str = "code"
    found: tuple[str, ...] = ("0",)
    absent: tuple[str, ...] = ()
    data: str = "data"
    number: str = ""
    holder: str = ""

    @classmethod
    def of(cls, given: dict[str, Any]) -> Envelope:
        """From a connector's row. Raises ValueError naming what is unknown or of the wrong kind."""
        known = {each.name: each for each in fields(cls)}
        if unknown := sorted(set(given) - set(known)):
            raise ValueError(f"envelope: unknown {', '.join(unknown)}")
        values: dict[str, Any] = {}
        for key, value in given.items():
            several = key in ("found", "absent")
            if several != isinstance(value, list) or not all(
                isinstance(v, str) for v in (value if several else [value])
            ):
                raise ValueError(f"envelope.{key}: {'a list of texts' if several else 'a text'} is needed")
            values[key] = tuple(value) if several else value
        return cls(**values)


class HttpJsonProvider:
    """One POST with a JSON body, one JSON object back."""

    name = "http_json"
    label = N_("JSON over HTTP")

    def problems(self, target: Target) -> list[str]:
        """The address and the envelope."""
        found = [text] if (text := wire.problem(target.url)) else []
        try:
            Envelope.of(target.envelope)
        except ValueError as error:
            found.append(str(error))
        return found

    def ask(self, target: Target, question: Question) -> Answer:
        """Raises NoAnswer: forbidden, untrusted, timeout, unreachable, upstream_error, refused, too_large, not_json, wrong_shape,
        unknown_code, wrong_person."""
        if wire.problem(target.url):
            raise NoAnswer("forbidden", again=False)  # described before the rule, or the operator took the host back
        status, wait, raw = self._sent(target, question)
        if status == 429 or status >= 500:
            raise NoAnswer(
                "upstream_error", again=True, params={"status": status}, status=status, wait=wait, raw=raw[:TELLING]
            )
        if not 200 <= status < 300:
            raise NoAnswer("refused", again=False, params={"status": status}, status=status, raw=raw[:TELLING])
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            raise NoAnswer("not_json", again=False, raw=raw, status=status) from None
        return _unwrapped(Envelope.of(target.envelope), body, raw, status, question)

    def _sent(self, target: Target, question: Question) -> tuple[int, float | None, bytes]:
        """(status, seconds the source asks us to wait, body). The limit is for all of it, not for each packet."""
        try:
            with wire.client(os.getpid()).stream(
                "POST",
                address(target.url),
                json=_body(question),
                headers={"X-Request-Id": question.request_id},
                timeout=wire.limit(target.timeout),
            ) as answer:
                raw = bytearray()
                for part in answer.iter_bytes():
                    raw += part
                    if len(raw) > MOST_BYTES:
                        raise NoAnswer("too_large", again=False, params={"bytes": MOST_BYTES}, raw=bytes(raw[:TELLING]))
                return answer.status_code, _seconds(answer.headers.get("Retry-After", "")), bytes(raw)
        except wire.Forbidden:
            raise NoAnswer("forbidden", again=False) from None
        except wire.Untrusted:
            raise NoAnswer("untrusted", again=False) from None
        except httpx.TimeoutException:
            params = {"milliseconds": round(target.timeout * 1000)}
            raise NoAnswer("timeout", again=True, params=params) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            # The text of httpx's errors may repeat the address; what happened is told by our own word.
            raise NoAnswer("unreachable", again=True) from None


def _body(question: Question) -> dict[str, str]:
    return {
        "kind": question.kind,
        "id_number": question.id_number,
        "name": question.name,
        "purpose": question.purpose,
        "case_number": question.case_number,
        "asked_at": question.asked_at.isoformat(),
        "request_id": question.request_id,
    }


def _unwrapped(envelope: Envelope, body: Any, raw: bytes, status: int, question: Question) -> Answer:
    code = at(body, envelope.code)
    if isinstance(code, dict | list) or code is None:
        raise NoAnswer("wrong_shape", again=False, params={"fields": envelope.code}, raw=raw, status=status)
    if str(code) in envelope.absent:
        return Answer(None, raw, status)
    if str(code) not in envelope.found:
        raise NoAnswer("unknown_code", again=False, raw=raw, status=status)
    record = at(body, envelope.data)
    if not isinstance(record, dict):
        raise NoAnswer("wrong_shape", again=False, params={"fields": envelope.data}, raw=raw, status=status)
    if envelope.number and str(at(record, envelope.number) or "").upper() != question.id_number.upper():
        raise NoAnswer("wrong_person", again=False, raw=raw, status=status)
    if envelope.holder and question.name and str(at(record, envelope.holder) or "").strip() != question.name:
        raise NoAnswer("wrong_person", again=False, raw=raw, status=status)
    return Answer(record, raw, status)


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdecimal() else None
