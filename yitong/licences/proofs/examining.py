"""Examine a proof without the register: an SD-JWT VC, an SM2 pair, an OFD export. A sealed PDF is the documents' business."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from yitong.licences.proofs import bundle, metadata, ofd_reading, presentation, sm2
from yitong.licences.proofs.credential import FIELDS, LABELS, Place
from yitong.licences.proofs.trust import Trust

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Form(StrEnum):
    """What kind of file it is."""

    CREDENTIAL = "credential"
    PAIR = "sm2"
    OFD = "ofd"


class Outcome(StrEnum):
    """Without the register there is no revoked and no lost."""

    VALID = "valid"
    ALTERED = "altered"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    UNKNOWN_ISSUER = "unknown_issuer"


@dataclass(frozen=True, slots=True)
class Examined:
    """``checked``: stable words of what was looked at. The facts are believed only because the signature covers them.

    ``disclosed``: (label, value) of what a credential discloses. ``audience``, ``nonce``, ``bound_at``: for whom it was made.
    """

    form: Form
    outcome: Outcome
    why: str
    checked: tuple[str, ...] = ()
    identifier: str = ""
    number: str = ""
    title: str = ""
    valid_until: date | None = None
    pdf_sha256: str = ""
    place: Place | None = None
    disclosed: tuple[tuple[str, str], ...] = ()
    audience: str = ""
    nonce: str = ""
    bound_at: datetime | None = None
    vct: str = ""
    claims: dict[str, Any] = field(default_factory=dict)


def examine(content: bytes, trust: Trust, now: datetime) -> Examined | None:
    """What the file is worth by itself; None when it is none of these forms."""
    if presentation.looks_like(content):
        return _credential(content.decode("ascii"), trust, now)
    if ofd_reading.is_ofd(content):
        return _ofd(content, trust)
    pair = bundle.read(content)
    if pair is not None:
        return examine_pair(pair, trust, now)
    if metadata.parse(content) is not None:
        return Examined(Form.PAIR, Outcome.UNKNOWN_ISSUER, "signature_missing")
    return None


def examine_pair(pair: bundle.Pair, trust: Trust, now: datetime) -> Examined:
    """Signature, then both digests of the PDF when it is there, then the term."""
    told = metadata.parse(pair.metadata)
    if told is None:
        return Examined(Form.PAIR, Outcome.UNKNOWN_ISSUER, "unreadable")
    public = trust.sm2.get(str(told["signature"].get("key")))
    if public is None:
        return Examined(Form.PAIR, Outcome.UNKNOWN_ISSUER, "other_key")
    if not sm2.verify(public, pair.metadata, pair.signature):
        return Examined(Form.PAIR, Outcome.ALTERED, "signature_broken", ("signature",))
    checked: tuple[str, ...] = ("signature",)
    if pair.pdf is not None:
        checked = ("signature", "digest")
        if not metadata.fits(told, pair.pdf):
            return Examined(Form.PAIR, Outcome.ALTERED, "other_pdf", checked)
    until = date.fromisoformat(told["valid_until"]) if told["valid_until"] else None
    outcome, why = _term(date.fromisoformat(told["valid_from"]), until, now)
    return Examined(
        Form.PAIR,
        outcome,
        why,
        (*checked, "term"),
        identifier=told["identifier"],
        number=told["number"],
        title=told["type"]["name"],
        valid_until=until,
        pdf_sha256=told["pdf"]["sha256"],
    )


def _credential(text: str, trust: Trust, now: datetime) -> Examined:
    form = Form.CREDENTIAL
    try:
        seen = presentation.examine(text, trust.keys)
    except presentation.Altered as error:
        return Examined(form, Outcome.ALTERED, error.why, ("signature",))
    except presentation.Foreign:
        return Examined(form, Outcome.UNKNOWN_ISSUER, "other_issuer")
    claims, bound = seen.claims, seen.bound or {}
    outcome, why = Outcome.VALID, "intact"
    if presentation.ended(seen, now):
        outcome, why = Outcome.EXPIRED, "term_ended"
    elif seen.begins_at is not None and now.timestamp() < seen.begins_at:
        outcome, why = Outcome.NOT_YET, "not_yet"
    until = claims.get("valid_until")
    return Examined(
        form,
        outcome,
        why,
        ("signature", "disclosures", *(("binding",) if seen.bound else ()), "term"),
        identifier=str(claims.get("identifier") or ""),
        number=str(claims.get("licence_number") or ""),
        valid_until=date.fromisoformat(until) if until else None,
        place=seen.place,
        disclosed=_labelled(claims),
        audience=str(bound.get("aud", "")),
        nonce=str(bound.get("nonce", "")),
        bound_at=datetime.fromtimestamp(bound["iat"], SHANGHAI) if bound else None,
        vct=str(claims.get("vct", "")),
        claims=claims,
    )


def _labelled(claims: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    common = [(label, claims[name]) for name, label in LABELS.items() if name in claims]
    return tuple((label, _shown(value)) for label, value in [*common, *claims.get(FIELDS, {}).items()])


def _shown(value: Any) -> str:
    return "长期" if value is None else str(value)


def _ofd(content: bytes, trust: Trust) -> Examined:
    export = ofd_reading.read(content)
    if export is None:
        return Examined(Form.OFD, Outcome.UNKNOWN_ISSUER, "other_ofd")
    public = trust.sm2.get(export.key)
    if public is None:
        return Examined(Form.OFD, Outcome.UNKNOWN_ISSUER, "other_key")
    if not export.whole or not sm2.verify(public, export.message, export.signature):
        return Examined(Form.OFD, Outcome.ALTERED, "signature_broken", ("signature",))
    return Examined(
        Form.OFD,
        Outcome.VALID,
        "export",
        ("signature",),
        identifier=export.stamp.identifier,
        title=export.stamp.title,
    )


def _term(begins: date, until: date | None, now: datetime) -> tuple[Outcome, str]:
    today = now.astimezone(SHANGHAI).date()
    if until is not None and today > until:
        return Outcome.EXPIRED, "term_ended"
    return (Outcome.NOT_YET, "not_yet") if today < begins else (Outcome.VALID, "intact")
