"""The archives an actor has, what lies in them, and what of it can serve a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from yitong.archive import contents
from yitong.archive.models import ArchivedFile, ArchiveUse, KeepingConsent
from yitong.archive.permissions import traces_visible_to, visible_to
from yitong.archive.rules.comparison import Compared, compare
from yitong.archive.rules.papers import fields_of
from yitong.licences.holders import holder_of_enterprise, holder_of_person
from yitong.licences.queries import contents as licence_contents
from yitong.licences.queries import library
from yitong.licences.rules.holders import ENTERPRISE, Holder
from yitong.parties.actors import Actor
from yitong.parties.queries import people


@dataclass(frozen=True, slots=True)
class LibraryComparison:
    """The licence a paper was compared with, and the fields. ``differences``: how many differ."""

    number: str
    rows: list[Compared]

    @property
    def differences(self) -> int:
        return sum(row.state == "different" for row in self.rows)


def holder_for(actor: Actor, enterprise_id: int | None = None) -> Holder | None:
    """Whose archive: the actor's own, or that of an enterprise he handles; None when it is neither."""
    if enterprise_id is not None:
        enterprise = people.enterprise(enterprise_id) if enterprise_id in actor.enterprise_ids else None
        return holder_of_enterprise(enterprise) if enterprise is not None else None
    person = people.person(actor.person_id) if actor.person_id is not None else None
    return holder_of_person(person) if person is not None else None


def owner_of(file: ArchivedFile) -> Holder:
    """The holder a paper belongs to."""
    if file.owner_enterprise_id is not None:
        return holder_of_enterprise(file.owner_enterprise)
    return holder_of_person(file.owner_person)


def _in_archive(rows: QuerySet[ArchivedFile], holder: Holder) -> QuerySet[ArchivedFile]:
    if holder.kind == ENTERPRISE:
        return rows.filter(owner_enterprise_id=holder.enterprise_id)
    return rows.filter(owner_person_id=holder.person_id)


def listed(actor: Actor, holder: Holder, *, kind: str = "", text: str = "") -> QuerySet[ArchivedFile]:
    """The papers of one archive, newest first. ``kind``: a class; ``text``: part of a name."""
    rows = _in_archive(visible_to(actor), holder).select_related("stored_file")
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(material_name__icontains=text))
    return rows.order_by("-id")


def class_counts(actor: Actor, holder: Holder) -> dict[str, int]:
    """How many papers of each class; classes without papers are left out. One statement."""
    rows = _in_archive(visible_to(actor), holder).order_by().values_list("kind").annotate(n=Count("id"))
    return dict(rows)


def traces(actor: Actor, holder: Holder) -> QuerySet[ArchivedFile]:
    """What was deleted or locked, newest first."""
    return _in_archive(traces_visible_to(actor), holder).order_by("-id")


def one(actor: Actor, file_id: int) -> ArchivedFile | None:
    """The paper if it is the actor's, else None."""
    rows = visible_to(actor).select_related(
        "stored_file", "owner_person", "owner_enterprise", "verified_by__department"
    )
    return rows.filter(pk=file_id).first()


def log(file: ArchivedFile) -> QuerySet[ArchiveUse]:
    """Every act on a paper, newest first. The caller has found the paper through a policy."""
    return file.uses.order_by("-id")


def log_of(actor: Actor, holder: Holder) -> QuerySet[ArchiveUse]:
    """Every act on any paper of one archive, newest first, deleted papers included."""
    own = _in_archive(visible_to(actor) | traces_visible_to(actor), holder)
    return ArchiveUse.objects.filter(file__in=own.values("pk")).select_related("file").order_by("-id")


def keeping(actor: Actor, holder: Holder) -> KeepingConsent | None:
    """The agreement in force to keep what is submitted; None when there is none. The caller holds the actor's own holder."""
    rows = KeepingConsent.objects.filter(withdrawn_at=None)
    if holder.kind == ENTERPRISE:
        return rows.filter(owner_enterprise_id=holder.enterprise_id).first()
    return rows.filter(owner_person_id=holder.person_id).first()


def comparison(file: ArchivedFile, on: date) -> LibraryComparison | None:
    """The paper beside the holder's licence of the same type in force; None when the library has none. For the owner's page."""
    if not file.licence_type:
        return None
    found = library.valid_of(owner_of(file), [file.licence_type], on)
    if not found:
        return None
    licence, read = found[0], contents.of(file)
    fields = [(each.name, each.label, read.value(each.name)) for each in fields_of(file.paper)]
    labels = {str(each["name"]): str(each.get("label", each["name"])) for each in licence.type.fields}
    whole = licence_contents.readable(licence).values
    return LibraryComparison(licence.number, compare(fields, whole, licence.holder_name, labels))
