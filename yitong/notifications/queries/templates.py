"""Message templates as the console shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yitong.notifications.commands.templates import BUILT_IN, seeded
from yitong.notifications.models import Template, TemplateVersion
from yitong.notifications.permissions import require_edit
from yitong.notifications.rules.states import Channel
from yitong.notifications.rules.texts import Texts, rendered
from yitong.notifications.rules.wording import SAMPLES, samples
from yitong.notifications.templates_data import SEEDS
from yitong.parties.actors import Actor


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One line of the list. ``edited_at`` is None while the built-in wording is in force."""

    texts: Texts
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``name`` in braces; ``label``: msgid of what it stands for, empty when nobody described it."""

    name: str
    label: str
    sample: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A template for its editor: the wording in force, its number (0 before the first edit), history newest first."""

    texts: Texts
    number: int
    versions: tuple[TemplateVersion, ...]
    edited_at: datetime | None


def overview(actor: Actor) -> list[TemplateRow]:
    """Every kind of message with the wording in force. One query. NotAllowed without ``notifications:template:edit``."""
    require_edit(actor)
    rows = {row.code: row for row in Template.objects.all()}
    return [
        TemplateRow(rows[code].texts(), rows[code].edited_at) if code in rows else TemplateRow(texts, None)
        for code, texts in SEEDS.items()
    ]


def edited(actor: Actor, code: str) -> Edited:
    """One template. Raises NotAllowed and NoSuchTemplate."""
    require_edit(actor)
    built_in = seeded(code)
    row = Template.objects.filter(code=code).first()
    if row is None:
        return Edited(built_in, BUILT_IN, (), None)
    versions = tuple(row.versions.order_by("-number"))
    return Edited(row.texts(), versions[0].number if versions else BUILT_IN, versions, row.edited_at)


def placeholders(code: str) -> list[Placeholder]:
    """What the texts of this kind may use."""
    names = seeded(code).placeholders
    values = samples(names)
    return [Placeholder(f"{{{name}}}", SAMPLES.get(name, ("", ""))[0], values[name]) for name in sorted(names)]


def preview(texts: Texts) -> dict[str, tuple[str, str]]:
    """Channel → (title, text) with sample values, as the recipient reads it. The texts must have no problems."""
    values = samples(texts.placeholders)
    return {channel.value: rendered(texts, channel, values) for channel in Channel}
