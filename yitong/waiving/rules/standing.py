"""Whether a material has to be brought, and why: from what the city's sources can supply. Pure.

Order of the sources: a licence of the library and the connector the item names (waived); the department the item names, a certificate
drawn from data, a paper verified in an earlier case (reduced).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from yitong.kernel.reasons import N_
from yitong.waiving.rules.scenarios import Row


class Status(StrEnum):
    """``waived``: taken from data at once. ``reduced``: nobody brings it, but somebody has to act. ``remaining``: it is brought."""

    WAIVED = "waived"
    REDUCED = "reduced"
    REMAINING = "remaining"


STATUS_LABELS: dict[str, str] = {
    Status.WAIVED: N_("Waived"),
    Status.REDUCED: N_("Reduced"),
    Status.REMAINING: N_("Remaining"),
}

WHY: dict[str, str] = {
    "licence": N_("The licence library holds it (%(source)s)."),
    "connector": N_("Looked up through the connector %(source)s."),
    "verified": N_("%(source)s confirms it when the office asks."),
    "instant": N_("The applicant draws the certificate “%(source)s” from data at once."),
    "earlier": N_("Whoever had it verified in an earlier case need not bring it again (%(source)s)."),
    "own": N_("The applicant makes it himself; no body holds it."),
    "unnamed": N_("Issued by another body, but the item names no licence type for it."),
    "unknown": N_("The item names a licence type the directory does not have (%(source)s)."),
    "inactive": N_("The licence type %(source)s is out of use, and no connector supplies it."),
    "empty": N_("The library holds no %(source)s yet, and no connector in service supplies it."),
    "unlinked": N_("The connector %(source)s would supply it, but the item does not name it."),
    "off": N_("The connector %(source)s would supply it, but it is out of service."),
    "no_connector": N_("The item names a connector there is not (%(source)s)."),
    "not_caller": N_("The library holds it (%(source)s), but this department may not call it."),
}
"""Msgids by the code of a standing's ``why``."""


@dataclass(frozen=True, slots=True)
class TypeSupply:
    """One licence type of the directory. ``licences``: valid ones in the library; ``callers``: department codes, empty for all."""

    code: str
    name: str
    licences: int
    active: bool = True
    callers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ConnectorSupply:
    """One connector. ``licence_type``: the type whose contents it answers with, may be empty."""

    code: str
    name: str
    licence_type: str
    enabled: bool


@dataclass(frozen=True, slots=True)
class CertificateSupply:
    """A certificate anybody draws from data at once."""

    name: str
    licence_type: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """What the sources can give. ``connectors`` by code. ``departments``: names by code, of those that can confirm something.

    ``kept``: licence types of which verified papers lie in archives, with how many.

    ``assumed``: what-if: keys of ``next_best.Candidate`` that count as connected.
    """

    types: Mapping[str, TypeSupply] = field(default_factory=dict)
    connectors: Mapping[str, ConnectorSupply] = field(default_factory=dict)
    certificates: tuple[CertificateSupply, ...] = ()
    departments: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """``why``: a key of ``WHY``; ``source``: what fills its placeholder. ``key``: the candidate that would waive it, empty if none."""

    status: Status
    why: str
    source: str = ""
    key: str = ""


class Judge:
    """Standings of materials under one supply; each different question is answered once."""

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        self._certificates: dict[str, CertificateSupply] = {}
        for each in supply.certificates:
            for key in (each.licence_type, plain_name(each.name)):
                if key:
                    self._certificates.setdefault(key, each)
        self._supplying = {each.licence_type: each for each in supply.connectors.values() if each.licence_type}
        self._known: dict[tuple[str, str, bool, str, str, str], Standing] = {}

    def standing(self, row: Row, department_code: str) -> Standing:
        """The standing of a material of an item of this department."""
        kind = self._supply.types.get(row.licence_type)
        asker = department_code if kind is not None and kind.callers else ""
        # Neither its code nor whether it is required makes a difference.
        question = (row.name, row.licence_type, row.own, row.connector, row.verifier, asker)
        found = self._known.get(question)
        if found is None:
            found = self._known[question] = self._decide(row, asker)
        return found

    def _decide(self, row: Row, department_code: str) -> Standing:
        best = self._waived(row, department_code)
        if best.status is Status.WAIVED:
            return best
        return self._reduced(row, best.key) or best

    def _waived(self, row: Row, department_code: str) -> Standing:
        """Waived, or remaining with the reason."""
        supply, key = self._supply, key_of(row)
        kind, connector = supply.types.get(row.licence_type), supply.connectors.get(row.connector)
        may_call = kind is None or not kind.callers or department_code in kind.callers
        if kind is not None and kind.licences and kind.active and may_call:
            return Standing(Status.WAIVED, "licence", kind.name)
        if connector is not None and connector.enabled:
            return Standing(Status.WAIVED, "connector", connector.name)
        if key and key in supply.assumed:
            if row.licence_type:
                return Standing(Status.WAIVED, "licence", kind.name if kind else row.name)
            return Standing(Status.WAIVED, "connector", connector.name if connector else row.name)
        return Standing(Status.REMAINING, *self._why(row, kind, connector), key)

    def _why(self, row: Row, kind: TypeSupply | None, connector: ConnectorSupply | None) -> tuple[str, str]:
        """(why it remains, source)."""
        if connector is not None:
            return "off", connector.name
        if row.connector and not row.licence_type:
            return "no_connector", row.connector
        if not row.licence_type:
            return ("own" if row.own else "unnamed"), ""
        if kind is None:
            return "unknown", row.licence_type
        if kind.licences and kind.active:
            return "not_caller", kind.name
        supplying = self._supplying.get(row.licence_type)
        if supplying is not None:
            return ("unlinked" if supplying.enabled else "off"), supplying.name
        return ("empty" if kind.active else "inactive"), kind.name

    def _reduced(self, row: Row, key: str) -> Standing | None:
        if row.verifier and row.verifier in self._supply.departments:
            return Standing(Status.REDUCED, "verified", self._supply.departments[row.verifier], key)
        drawn = self._certificates.get(row.licence_type) if row.licence_type else None
        drawn = drawn or self._certificates.get(plain_name(row.name))
        if drawn is not None:
            return Standing(Status.REDUCED, "instant", drawn.name, key)
        if row.licence_type and self._supply.kept.get(row.licence_type):
            kind = self._supply.types.get(row.licence_type)
            return Standing(Status.REDUCED, "earlier", kind.name if kind else row.name, key)
        return None


def key_of(row: Row) -> str:
    """What would have to be connected for the material: ``type:<code>``, ``connector:<code>`` where the item names one and no type,

    ``name:<name>`` where it names neither; empty for what the applicant makes himself.
    """
    if row.licence_type:
        return f"type:{row.licence_type}"
    if row.connector:
        return f"connector:{row.connector}"
    return "" if row.own else f"name:{plain_name(row.name)}"


@lru_cache(maxsize=20_000)
def plain_name(name: str) -> str:
    """The name without brackets, blanks and the words put before and after it, to find the same paper under two names."""
    text = re.sub(r"[（(【\[][^）)】\]]*[）)】\]]", "", name)
    text = re.sub(r"[\s《》“”\"]", "", text)
    text = re.sub(r"^(申请人|申领人|当事人|本人|监护人)的?(?=.{3})", "", text)
    return re.sub(r"(原件及复印件|原件|复印件)$", "", text) or name
