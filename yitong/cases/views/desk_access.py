"""Who is at the desk. Its doors are ``parties.doors.staff_with``."""

from __future__ import annotations

from django.http import HttpRequest

from yitong.parties.actors import Actor


class StaffRequest(HttpRequest):
    """A request whose actor is a staff member; what ``staff_with`` lets through."""

    actor: Actor
