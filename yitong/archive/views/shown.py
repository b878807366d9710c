"""How papers, their trust and what was read of them are put before people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from yitong.archive import contents, queries
from yitong.archive.models import ArchivedFile
from yitong.archive.rules.papers import KIND_LABELS, PAPERS, Kind, fields_of
from yitong.archive.rules.retention import TERMS
from yitong.kernel.reasons import N_
from yitong.licences.rules.holders import ENTERPRISE, Holder
from yitong.parties.doors import actor_of
from yitong.parties.queries import people
from yitong.parties.roles import Permission

TRUST: dict[str, tuple[str, str, str]] = {
    "issued": (N_("Issued by a department"), N_("Issued by a department here; its electronic seal is valid."), "green"),
    "verified": (
        N_("Verified at the counter"),
        N_("An officer compared it with the original. It can be used as if you had brought the paper."),
        "green",
    ),
    "uploaded": (
        N_("Uploaded by the owner"),
        N_("You uploaded it, and nobody has compared it with the original. An officer may ask to see that."),
        "blue",
    ),
    "declared": (
        N_("Self-declared"),
        N_("Your own statement without a paper. It fills in forms for you and proves nothing."),
        "secondary",
    ),
    # Instead of "issued" for the papers of ``queries.ended``.
    "ended": (
        N_("Issued, no longer in force"),
        N_("A department here issued it. The licence is in force no more, so that this paper serves no case."),
        "red",
    ),
}
READING = {
    "waiting": N_("Waiting to be read"),
    "reading": N_("Being read"),
    "read": N_("Read"),
    "failed": N_("Could not be read"),
    "none": N_("Not read: this kind of paper has no fixed fields"),
}
PROBLEMS = {
    "unreadable": N_(
        "Nothing could be made out. Photograph it again in good light, flat and whole, or fill in the fields."
    ),
    "too_large": N_(
        "The picture is too large to be read. Photograph it again at a lower resolution, or fill in the fields."
    ),
    "stopped": N_("Reading took too long and was given up. You can have it read again, or fill in the fields."),
    "missing": N_("The file is missing from the store. Upload it again."),
}
ACTS = {
    "added": N_("Put into the archive"),
    "kept": N_("Kept from a case"),
    "read": N_("Read by the platform"),
    "confirmed": N_("Fields confirmed"),
    "verified": N_("Compared with the original at a counter"),
    "opened": N_("Looked at for a case"),
    "reused": N_("Used in a case"),
    "exported": N_("Exported"),
    "locked": N_("Locked until the end of its legal term"),
    "deleted": N_("Deleted"),
}
SHAPES = {"round": N_("round"), "oval": N_("oval")}
COMPARED = {
    "same": N_("The same"),
    "different": N_("Different"),
    "only_paper": N_("Only on the paper"),
    "only_library": N_("Only in the library"),
}
SURE, LIKELY = 0.95, 0.85


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field on the page: ``value`` as confirmed or read; ``how``: a word on how sure the reading is, ``mark`` its colour."""

    name: str
    label: str
    value: str
    read: str
    percent: int
    how: str
    mark: str
    note: str


def chosen_holder(request: HttpRequest) -> Holder:
    """Whose archive the address names with ``for``; 404 for one that is not the actor's."""
    actor = actor_of(request)
    text = request.GET.get("for", "")
    if not actor.may(Permission.ARCHIVE_OWN) or (text and not (text.isdecimal() and len(text) < 19)):
        raise Http404
    holder = queries.holder_for(actor, int(text) if text else None)
    if holder is None:
        raise Http404
    return holder


def suffix(holder: Holder) -> str:
    """What keeps the choice of archive in links: ``?for=12`` or empty."""
    return f"?for={holder.enterprise_id}" if holder.kind == ENTERPRISE else ""


def archive_context(request: HttpRequest, holder: Holder) -> dict[str, Any]:
    """What every page of one archive shows: whose it is, and the others the actor may open."""
    return {
        "holder": holder,
        "enterprises": people.enterprises_of(actor_of(request)),
        "for_enterprise": holder.enterprise_id or "",
        "suffix": suffix(holder),
        "kinds": {Kind.BUSINESS: KIND_LABELS[Kind.BUSINESS]} if holder.kind == ENTERPRISE else KIND_LABELS,
        "kind_labels": KIND_LABELS,
        "trust": TRUST,
        "reading": READING,
        "acts": ACTS,
        "papers": PAPERS,
        "terms": TERMS,
    }


def field_rows(file: ArchivedFile, found: contents.Contents) -> list[FieldRow]:
    """Every field the kind of paper has, in its order."""
    read = {each.name: each for each in found.fields}
    rows = []
    for field in fields_of(file.paper):
        seen = read.get(field.name)
        how, mark = _how(seen)
        rows.append(
            FieldRow(
                field.name,
                field.label,
                found.value(field.name),
                seen.value if seen else "",
                round(100 * seen.confidence) if seen else 0,
                how,
                mark,
                seen.note if seen else "",
            )
        )
    return rows


def _how(seen: Any) -> tuple[str, str]:
    if seen is None or not seen.value:
        return gettext("Not found; please fill in"), "yellow"
    if seen.checked is False:
        return gettext("Please check"), "red"
    if seen.checked:
        return gettext("Read, and its check agrees"), "green"
    if seen.confidence >= SURE:
        return gettext("Read clearly"), "green"
    return (gettext("Read"), "blue") if seen.confidence >= LIKELY else (gettext("Please check"), "yellow")


def is_picture(file: ArchivedFile) -> bool:
    """Whether a browser shows it as a picture."""
    return file.stored_file is not None and file.stored_file.content_type in ("image/jpeg", "image/png")


def marks(file: ArchivedFile) -> list[dict[str, int]]:
    """The seals of the first page as ellipses, in whole points: middle and radii."""
    return [
        {
            "x": round(seal["x"]),
            "y": round(seal["y"]),
            "rx": round(seal["width"] / 2) + 8,
            "ry": round(seal["height"] / 2) + 8,
        }
        for seal in file.stamps
        if seal.get("page", 0) == 0
    ]
