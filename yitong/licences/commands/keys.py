"""Set-up of the library's keys: made if missing, and never another one than the database was filled with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.licences import keyring
from yitong.licences.commands import rotation
from yitong.licences.models import KeyMark


@transaction.atomic
def ensure_keys(now: datetime) -> None:
    """Make what is missing; raise keyring.BadKey when a key is not the one this database needs.

    With another holder key every look-up by citizen number would quietly find nothing.
    """
    fingerprint = keyring.fingerprint(keyring.holder_key())
    mark, _ = KeyMark.objects.get_or_create(name="holder", defaults={"fingerprint": fingerprint, "made_at": now})
    if mark.fingerprint != fingerprint:
        raise keyring.BadKey(
            "The holder key is not the one this database was filled with: no licence would be found by its holder. Restore "
            "trust/holder-key of the data folder, or YITONG_HOLDER_KEY, from the backup that belongs to the database."
        )
    missing = rotation.in_use() - set(keyring.ring().keys)
    if missing:
        numbers = ", ".join(map(str, sorted(missing)))
        raise keyring.BadKey(
            f"Sealed fields lie under data keys that are missing: {numbers}. Restore trust/data-keys of the data folder, or "
            "YITONG_DATA_KEYS, from the backup."
        )
