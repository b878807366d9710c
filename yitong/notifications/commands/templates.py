"""The wording of messages: seeded at set-up, edited and restored by people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.notifications.models import Template, TemplateVersion
from yitong.notifications.permissions import require_edit
from yitong.notifications.rules.texts import Texts
from yitong.notifications.rules.wording import problems
from yitong.notifications.templates_data import SEEDS
from yitong.parties.actors import Actor

BUILT_IN = 0
"""Number of the wording that came with the platform; it is no row, so that it is always the newest one."""


class NoSuchTemplate(LookupError):
    """There is no message template, or no version, of this name."""


def ensure_templates() -> int:
    """Make the missing template rows and renew the outdated ones nobody edited; returns how many were written."""
    known = {row.code: row for row in Template.objects.all()}
    written = 0
    for texts in SEEDS.values():
        row = known.get(texts.code)
        if row is not None and (row.edited_at is not None or row.version >= texts.version):
            continue
        values = {
            "name": texts.name,
            "title": texts.title,
            "sms_text": texts.sms,
            "inapp_text": texts.inapp,
            "email_text": texts.email,
            "version": texts.version,
        }
        Template.objects.update_or_create(code=texts.code, defaults=values)
        written += 1
    return written


@transaction.atomic
def save_template(
    *, code: str, title: str, sms: str, inapp: str, email: str, based_on: int, actor: Actor, now: datetime
) -> TemplateVersion:
    """Put a new wording in force for every message not delivered yet, keeping the one before it in the history.

    ``based_on``: the number of the version the editor saw (0 before the first). Raises NotAllowed, NoSuchTemplate,
    Conflict when somebody saved another meanwhile, Refused naming field and placeholder. The wording in force saved
    again changes nothing.
    """
    require_edit(actor)
    sms, inapp, email = (text.strip().replace("\r\n", "\n") for text in (sms, inapp, email))
    texts = Texts(code, seeded(code).name, title.strip(), sms, inapp, email)
    if reasons := problems(texts, seeded(code).placeholders):
        raise Refused(*reasons)
    template, newest, seen = _locked(code, now)
    if seen != based_on:
        text = N_("Version %(number)s was saved while you were editing. Compare it below, then save again.")
        raise Conflict(Reason("saved_meanwhile", text, params={"number": seen}))
    if _contents(newest) == (texts.title, texts.sms, texts.inapp, texts.email):
        return newest
    return _put(template, newest, texts, actor, now, tag="notifications:template:saved", edited_at=now)


@transaction.atomic
def restore_template(*, code: str, number: int, actor: Actor, now: datetime) -> TemplateVersion:
    """Put an earlier wording in force again, as a new version; 0 is the built-in one, which follows its updates again.

    Raises NotAllowed, NoSuchTemplate, and Refused when an old wording would not be accepted any more.
    """
    require_edit(actor)
    known = seeded(code)
    template, newest, _ = _locked(code, now)
    if number == BUILT_IN:
        texts, edited_at = known, None
    else:
        old = template.versions.filter(number=number).first()
        if old is None:
            raise NoSuchTemplate(f"{code} v{number}")
        texts, edited_at = Texts(code, known.name, *_contents(old)), now
    if reasons := problems(texts, known.placeholders):
        raise Refused(*reasons)
    return _put(
        template,
        newest,
        texts,
        actor,
        now,
        tag="notifications:template:restored",
        edited_at=edited_at,
        restored_from=number,
    )


def seeded(code: str) -> Texts:
    """The built-in wording, or NoSuchTemplate: people edit what the platform sends, they do not add kinds."""
    try:
        return SEEDS[code]
    except KeyError:
        raise NoSuchTemplate(code) from None


def _locked(code: str, now: datetime) -> tuple[Template, TemplateVersion, int]:
    """The template, locked, its version in force, and the number of the newest version people could see (0: none).

    A version is made of a wording that none holds yet: before the first edit, and after set-up brought a newer one.
    """
    if not Template.objects.filter(code=code).exists():
        ensure_templates()
    template = Template.objects.select_for_update().get(code=code)
    newest = template.versions.order_by("-number").first()
    seen = newest.number if newest else BUILT_IN
    present = template.texts()
    shown = (present.title, present.sms, present.inapp, present.email)
    if newest is None or _contents(newest) != shown:
        newest = _version(template, seen + 1, present, "system:setup", template.edited_at or now)
    return template, newest, seen


def _put(
    template: Template,
    newest: TemplateVersion,
    texts: Texts,
    actor: Actor,
    now: datetime,
    *,
    tag: str,
    edited_at: datetime | None,
    restored_from: int | None = None,
) -> TemplateVersion:
    version = _version(template, newest.number + 1, texts, actor.ref, now, restored_from)
    template.title, template.sms_text = texts.title, texts.sms
    template.inapp_text, template.email_text = texts.inapp, texts.email
    template.edited_at, template.version = edited_at, SEEDS[template.code].version
    template.save()
    detail = {"code": template.code, "version": version.number, "restored_from": restored_from}
    record(actor_ref=actor.ref, tag=tag, subject=f"message-template:{template.code}", detail=detail, now=now)
    return version


def _version(
    template: Template, number: int, texts: Texts, saved_by: str, at: datetime, restored_from: int | None = None
) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template,
        number=number,
        title=texts.title,
        sms_text=texts.sms,
        inapp_text=texts.inapp,
        email_text=texts.email,
        saved_by=saved_by,
        saved_at=at,
        restored_from=restored_from,
    )


def _contents(version: TemplateVersion) -> tuple[str, str, str, str]:
    return version.title, version.sms_text, version.inapp_text, version.email_text
