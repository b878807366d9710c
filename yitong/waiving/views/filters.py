"""The filters of the address, and what they leave of an analysis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from yitong.kernel.reasons import N_
from yitong.waiving.rules.figures import Outcome
from yitong.waiving.rules.next_best import Aim

MOST_ASSUMED = 60
SUBJECTS = {"1": N_("Persons"), "2": N_("Enterprises")}
STATES = {
    "free": N_("Certificate-free"),
    "lightened": N_("Fewer materials, some papers left"),
    "untouched": N_("Nothing waived or reduced"),
    "own_only": N_("Asks only for what the applicant makes himself"),
    "none": N_("Asks for no materials"),
}
ORDERS = {
    "left": N_("Most papers still brought"),
    "cases": N_("Most cases a year"),
    "name": N_("Name"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """``assumed``: what-if keys, in the order they were chosen. Anything unknown in an address is left out."""

    department_id: int | None = None
    subject: str = ""
    state: str = ""
    text: str = ""
    order: str = "left"
    aim: Aim = Aim.MATERIALS
    assumed: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """Whether some items are left out."""
        return bool(self.department_id or self.subject or self.state or self.text)

    @property
    def query(self) -> str:
        """The address's query for a link to another page of the analysis, beginning with ``?`` unless empty."""
        pairs: list[tuple[str, str]] = [
            ("department", str(self.department_id or "")),
            ("subject", self.subject),
            ("state", self.state),
            ("q", self.text),
            ("order", "" if self.order == "left" else self.order),
            ("aim", "" if self.aim is Aim.MATERIALS else self.aim.value),
            *(("with", key) for key in self.assumed),
        ]
        chosen = [pair for pair in pairs if pair[1]]
        return f"?{urlencode(chosen)}" if chosen else ""

    @property
    def real(self) -> Filters:
        """The same without what-if."""
        return replace(self, assumed=())

    @property
    def everything(self) -> Filters:
        """What-if kept, every other filter taken off."""
        return Filters(assumed=self.assumed, aim=self.aim)

    def of_department(self, department_id: int) -> Filters:
        return replace(self, department_id=department_id)

    def keeps(self, row: Outcome) -> bool:
        """Whether the item stays in the list."""
        item = row.item
        return (
            (self.department_id is None or item.department_id == self.department_id)
            and (not self.subject or self.subject in item.subjects)
            and (not self.state or state_of(row) == self.state)
            and (not self.text or self.text in item.name or item.basic_code.startswith(self.text))
        )


def filters_of(get: QueryDict) -> Filters:
    """The filters an address asks for."""
    department, order, aim = get.get("department", ""), get.get("order", ""), get.get("aim", "")
    assumed = [
        key[:120]
        for key in get.getlist("with")
        if key.startswith(("type:", "name:", "connector:")) and "\x00" not in key
    ]
    return Filters(
        int(department) if department.isascii() and department.isdigit() and len(department) < 10 else None,
        get.get("subject", "") if get.get("subject") in SUBJECTS else "",
        get.get("state", "") if get.get("state") in STATES else "",
        get.get("q", "").replace("\x00", "").strip()[:60],
        order if order in ORDERS else "left",
        Aim(aim) if aim in list(Aim) else Aim.MATERIALS,
        tuple(dict.fromkeys(assumed))[:MOST_ASSUMED],
    )


def state_of(row: Outcome) -> str:
    """The key of ``STATES`` an item falls under; each falls under exactly one."""
    if not row.materials:
        return "none"
    if row.certificate_free:
        return "free"
    if row.lightened:
        return "lightened"
    return "untouched" if row.issued else "own_only"


def ordered(rows: list[Outcome], order: str) -> list[Outcome]:
    """The list in the order asked for."""
    if order == "name":
        return sorted(rows, key=lambda row: (row.item.name, row.item.basic_code))
    if order == "cases":
        return sorted(rows, key=lambda row: (-row.item.cases, -row.issued, row.item.name))
    return sorted(rows, key=lambda row: (-row.issued, -row.item.cases, row.item.name))
