"""The holder's key: finds a person's or an enterprise's licences without storing the number, registered here or not."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from yitong.licences import keyring
from yitong.licences.rules.holders import ENTERPRISE, PERSON, Holder, normalised

BYTES = 16


def key_of(kind: str, id_number: str) -> bytes:
    """16 bytes: the beginning of HMAC-SHA256 over ``kind:id`` with the installation's holder key.

    Keyed, because citizen numbers are few enough to try them all against a plain hash.
    """
    if kind not in (PERSON, ENTERPRISE):
        raise ValueError(f"a holder is a person or an enterprise, not {kind!r}")
    message = f"{kind}:{normalised(id_number)}".encode()
    return hmac.digest(keyring.holder_key(), message, hashlib.sha256)[:BYTES]


def key_of_holder(holder: Holder) -> bytes:
    """The key of ``holder``."""
    return key_of(holder.kind, holder.id_number)


def holder_of_person(person: Any) -> Holder:
    """The holder a ``parties`` person is."""
    return Holder(PERSON, person.idcard, person.name, person_id=person.pk)


def holder_of_enterprise(enterprise: Any) -> Holder:
    """The holder a ``parties`` enterprise is."""
    return Holder(ENTERPRISE, enterprise.uscc, enterprise.name, enterprise_id=enterprise.pk)
