"""Check the face of somebody logged in, before he shows who he is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties import face
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.models import FaceCheck, Person
from yitong.parties.roles import Permission


def check_face(*, actor: Actor, purpose: str, evidence: Mapping[str, str], now: datetime) -> FaceCheck:
    """Ask the adapter and keep its answer, passed or not. ``evidence``: what the adapter's own page sent.

    NotAllowed for staff; Refused when it did not pass (the failed check stays on record).
    """
    if actor.kind is not ActorKind.CITIZEN or actor.person_id is None:
        raise NotAllowed(Permission.CODE_PRESENT)
    person = Person.objects.get(pk=actor.person_id)
    checker = face.adapter()
    outcome = checker.check(name=person.name, idcard=person.idcard, evidence=evidence)
    result = FaceCheck.Result.PASSED if outcome.passed else FaceCheck.Result.FAILED
    with transaction.atomic():
        check = FaceCheck.objects.create(
            person=person, adapter=checker.code, purpose=purpose, result=result, note=outcome.note, at=now
        )
        record(
            actor_ref=actor.ref,
            tag="parties:face:checked",
            subject=f"person:{person.pk}",
            detail={"adapter": checker.code, "result": result.value, "purpose": purpose},
            now=now,
        )
    if not outcome.passed:
        text = N_("The face check did not pass. Confirm that it is you and try again.")
        raise Refused(Reason("face_failed", text, field="confirmed"))
    return check
