"""Set-up: the seeded templates as rows that can be edited."""

from __future__ import annotations

from yitong.notifications.models import Template
from yitong.notifications.templates_data import SEEDS


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
