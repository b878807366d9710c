"""What was found in place of a material, in the applicant's words: what, from where, how fresh; agree, or bring it oneself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.commands import Choice, agree
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.queries.reuse import findings
from yitong.cases.rules.basis import LOSSES
from yitong.cases.rules.reuse import KINDS, Finding, best
from yitong.cases.views.portal_access import CitizenRequest
from yitong.kernel.reasons import N_, Conflict, Reason, Refused

TRUST = {
    "issued": _("issued by an office"),
    "verified": _("seen in the original at a counter"),
    "uploaded": _("uploaded by you, not checked"),
    "declared": _("declared by you"),
}
SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """One finding as a choice. ``value`` is what is posted; ``sensitive``: labels agreed to separately."""

    material: str
    material_name: str
    kind: str
    kind_words: str
    value: str
    title: str
    origin: str
    as_of: date | None
    fresh: str
    ends: str
    trust: str
    fields: str
    sensitive: tuple[str, ...]
    available: bool
    standin: bool

    @property
    def posted(self) -> str:
        """The choice with its material, for a form that agrees to several."""
        return f"{self.material}|{self.value}"


def age_words(days: int | None) -> str:
    """How old an answer is: today, 3 days old, about 2 months old. None: it is asked for on the spot."""
    if days is None:
        return gettext("asked for the moment you agree")
    if days == 0:
        return gettext("of today")
    if days < 60:
        return ngettext("%(n)s day old", "%(n)s days old", days) % {"n": days}
    if days < 730:
        months = days // 30
        return ngettext("about %(n)s month old", "about %(n)s months old", months) % {"n": months}
    years = days // 365
    return ngettext("about %(n)s year old", "about %(n)s years old", years) % {"n": years}


def offer(finding: Finding, name: str) -> Offer:
    """A finding as it is shown."""
    found, ends = finding.found, ""
    if finding.ends_in_days is not None and finding.ends_in_days <= SOON_DAYS:
        ends = ngettext("ends in %(n)s day", "ends in %(n)s days", finding.ends_in_days) % {"n": finding.ends_in_days}
    return Offer(
        material=finding.material,
        material_name=name,
        kind=finding.kind,
        kind_words=gettext(KINDS[finding.kind]),
        value=f"{finding.kind}:{finding.reference}",
        title=found.title,
        origin=found.origin,
        as_of=found.as_of,
        fresh=age_words(finding.age_days),
        ends=ends,
        trust=str(TRUST.get(found.trust, "")),
        fields="、".join(field.label for field in found.fields),
        sensitive=tuple(field.label for field in finding.sensitive),
        available=found.available,
        standin=found.note == "standin",
    )


def offers(
    request: CitizenRequest, case: Case, names: dict[str, str], only: Collection[str] | None = None
) -> dict[str, list[Offer]]:
    """What was found, by material code. ``names``: names of the materials shown."""
    found = findings(case, request.actor, timezone.now(), only=only)
    return {code: [offer(each, names[code]) for each in rows] for code, rows in found.items() if code in names}


def proposals(found: Mapping[str, Sequence[Finding]], names: dict[str, str]) -> list[Offer]:
    """The best of each material."""
    chosen = ((code, best(rows)) for code, rows in found.items() if code in names)
    return [offer(each, names[code]) for code, each in chosen if each is not None]


def use_found(request: CitizenRequest, case: Case, material: str) -> list[Reason]:
    """Agree to the posted finding (``found`` = kind:reference) for one material."""
    choice = _choice(material, request.POST.get("found", ""))
    if choice is None:
        return [Reason("nothing_chosen", N_("Choose what shall be used, or upload the document."), field="found")]
    return agreed(request, case, [choice], field="found")


def use_all_found(request: CitizenRequest, case: Case) -> list[Reason]:
    """Agree to every ticked proposal (``found`` = material|kind:reference) at once."""
    choices: list[Choice] = []
    for text in request.POST.getlist("found")[:100]:
        material, _bar, value = text.partition("|")
        choice = _choice(material, value)
        if choice is not None and all(each.material != choice.material for each in choices):
            choices.append(choice)
    if not choices:
        return [
            Reason("nothing_chosen", N_("Tick what shall be used, or go on and upload the documents."), field="found")
        ]
    return agreed(request, case, choices, field="found")


def _choice(material: str, value: str) -> Choice | None:
    kind, colon, reference = value.partition(":")
    return Choice(material, kind, reference) if colon and kind in KINDS and len(reference) <= 60 else None


def agreed(request: CitizenRequest, case: Case, choices: Sequence[Choice], *, field: str) -> list[Reason]:
    """Run ``agree``; the reasons it gives, at ``field``. Sensitive fields go along only with their own tick."""
    sensitive = request.POST.get("sensitive") == "yes"
    if not sensitive and _hold_sensitive(request, case, choices):
        message = N_("Tick that you agree to the sensitive data as well, or upload the document instead.")
        return [Reason("sensitive_not_agreed", message, "《中华人民共和国个人信息保护法》第二十九条", "sensitive")]
    try:
        agree(
            actor=request.actor,
            case_id=case.pk,
            choices=choices,
            sensitive=sensitive,
            now=timezone.now(),
        )
    except Refused as refused:
        return [replace(reason, field=field) for reason in refused.reasons]
    except Conflict as conflict:
        return [conflict.reason]
    return []


def _hold_sensitive(request: CitizenRequest, case: Case, choices: Sequence[Choice]) -> bool:
    """Whether what was chosen holds sensitive data, as it is found now: what the page posts about it says nothing."""
    found = findings(case, request.actor, timezone.now(), only={each.material for each in choices})
    chosen = {(each.material, each.kind, each.reference) for each in choices}
    return any(
        each.sensitive and (each.material, each.kind, each.reference) in chosen
        for rows in found.values()
        for each in rows
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a reused material came from, in words. ``lost``: why it no longer stands, empty while it does."""

    title: str
    origin: str
    kind_words: str
    as_of: date | None
    fresh: str
    lost: str
    standing_at: datetime | None


def origin_of(row: CaseMaterial, today: date) -> Origin | None:
    """The origin of a material read with its ``reuse``; None for one that was handed in."""
    reuse = row.origin
    if reuse is None:
        return None
    age = None if reuse.as_of is None else max((today - reuse.as_of).days, 0)
    return Origin(
        reuse.title,
        reuse.origin,
        gettext(KINDS.get(row.source, "")) if row.source in KINDS else "",
        reuse.as_of,
        age_words(age) if age is not None else "",
        lost_words(row),
        row.standing_at,
    )


def lost_words(row: CaseMaterial) -> str:
    """Why the material no longer stands; empty while it does, or when an officer let it count."""
    if not row.lost:
        return ""
    words = gettext(LOSSES[row.standing])
    return f"{words} ({row.standing_reason})" if row.standing_reason else words
