"""Verification without the database: against the public keys in a folder, and a status list if one was given."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from yitong.documents.queries import verification
from yitong.documents.queries.verification import Verdict
from yitong.licences.cli_files import Given, Unusable, readable
from yitong.licences.proofs import bundle, status_list
from yitong.licences.proofs import trust as trusted
from yitong.licences.proofs.examining import Examined, Form, Outcome, examine


def offline(given: Given, folder: Path, now: datetime) -> dict[str, Any]:
    """The answer on any file, by the keys in ``folder``. Raises Unusable."""
    if given.content.startswith(b"%PDF"):
        return pdf_offline(given.content, folder / "ca.pem", now)
    for name in (trusted.ISSUER_FILE, trusted.SM2_FILE):
        readable(folder / name, "--trust")
    try:
        trust = trusted.from_folder(folder)
    except ValueError as error:
        raise Unusable(f"--trust: {error}") from None
    seen = examine(given.content, trust, now)
    if seen is None:
        return pdf_offline(given.content, folder / "ca.pem", now)
    answer = _answer(seen)
    if given.status_list and seen.form is Form.CREDENTIAL and seen.outcome is Outcome.VALID:
        return _with_status(answer, seen, given.status_list, trust, now)
    if seen.form is Form.PAIR and seen.outcome is Outcome.VALID:
        pair = bundle.read(given.content)
        answer["pdf_checked"] = pair is not None and pair.pdf is not None
    return answer


def pdf_offline(pdf: bytes, ca: Path, now: datetime) -> dict[str, Any]:
    """The answer on a PDF: seal and term. Raises Unusable."""
    try:
        seen = verification.without_register(pdf, readable(ca, "--ca"), now)
    except ValueError:
        message = f"--ca: {ca} is not a certificate in PEM form; download it from /trust/ca.pem"
        raise Unusable(message) from None
    names = ("why", "signer", "number", "sealed_at", "valid_until")
    told = {name: getattr(seen, name) for name in names}
    return {"verdict": seen.verdict, "form": "pdf", **told, "checked": ("seal", "term"), "revocation_checked": False}


def _answer(seen: Examined) -> dict[str, Any]:
    names = (
        "why", "title", "number", "identifier", "valid_until", "disclosed", "audience", "nonce", "bound_at", "checked",
    )  # fmt: skip
    told = {name: getattr(seen, name) for name in names}
    return {"verdict": Verdict(seen.outcome.value), "form": seen.form.value, **told, "revocation_checked": False}


def _with_status(
    answer: dict[str, Any], seen: Examined, token: str, trust: trusted.Trust, now: datetime
) -> dict[str, Any]:
    try:
        claims = status_list.read(token, trust.keys, now=now)
        if seen.place is None or claims.get("sub") != seen.place.uri:
            raise ValueError("it is another list than the one the credential names")
        code = status_list.code_at(claims, seen.place.index)
    except ValueError as error:
        raise Unusable(f"--status-list: {error}") from None
    said = {status_list.VALID: (Verdict.VALID, seen.why), status_list.SUSPENDED: (Verdict.LOST, "lost")}
    verdict, why = said.get(code, (Verdict.REVOKED, "revoked"))
    checked = (*seen.checked, "status_list")
    return {**answer, "verdict": verdict, "why": why, "checked": checked, "revocation_checked": True}
