"""Is it really he: the log-in and the face check adapter; at a window the card the officer saw."""

from __future__ import annotations

from collections.abc import Mapping

from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties import face
from yitong.parties.actors import Actor
from yitong.parties.queries import people

FAILED = N_("The identity check did not succeed. Repeat it, or go to a window with your identity card.")


def confirmed(actor: Actor, evidence: Mapping[str, str]) -> str:
    """How the identity was checked: compared (a face), declared (the local adapter compares none) or window (the card).

    Raises Refused when the check fails.
    """
    if actor.is_staff:
        return "window"  # checked when the window consent was entered, see windows.open_window
    person = people.person(actor.person_id or 0)
    if person is None:
        raise Refused(Reason("face_failed", FAILED, field="confirmed"))
    checker = face.adapter()
    result = checker.check(name=person.name, idcard=person.idcard, evidence=evidence)
    if not result.passed:
        raise Refused(Reason("face_failed", FAILED, field="confirmed"))
    return "compared" if checker.compares else "declared"
