"""Who may open a page of this context besides what ``doors`` says."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from yitong.parties.doors import actor_of as actor
from yitong.parties.doors import address_of as address
from yitong.parties.doors import citizen, staff, staff_with
from yitong.parties.roles import Permission

__all__ = ["actor", "address", "citizen", "manager", "registrar", "safe_next", "staff"]


def safe_next(request: HttpRequest, target: str, otherwise: str) -> str:
    """``target`` when it lies on this site, else ``otherwise``."""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if target and ours else otherwise


registrar = staff_with(Permission.CASE_FILE, Permission.PARTY_MANAGE)
"""For desk pages about persons and enterprises: whoever may enter them, see ``permissions.can_register``."""
manager = staff_with(Permission.PARTY_MANAGE)
"""For the console."""
