"""Who may open these pages: whoever handles arrivals; nobody else learns that they exist."""

from __future__ import annotations

from yitong.parties.doors import staff_with
from yitong.parties.roles import Permission

registrar = staff_with(Permission.INGEST_MANAGE)
