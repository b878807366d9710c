"""Who gets to the pages of the analysis, and which frame they see around them."""

from __future__ import annotations

from django.http import HttpRequest

from yitong.parties.doors import actor_of, staff_with
from yitong.parties.roles import Permission

viewer = staff_with(Permission.WAIVING_VIEW)


def frame(request: HttpRequest) -> str:
    """Supervisors come from the board, authors and registrars from the console."""
    return "board/base.html" if actor_of(request).may(Permission.BOARD_VIEW) else "console/base.html"
