"""Words of these pages: states, ways, outcomes, roles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STATES = {
    "in_force": _("In force"),
    "revoked": _("Withdrawn"),
    "used_up": _("Used up"),
    "expired": _("Term ended"),
    "not_yet": _("Not yet in force"),
}
WAYS = {
    "online": _("Given online"),
    "code": _("By presentation code"),
    "paper": _("Signed at a window"),
}
ROLES = {
    "chief": _("chief representative"),
    "head": _("head of department"),
    "reviewer": _("reviewer"),
    "accepter": _("accepting officer"),
    "clerk": _("window clerk"),
}
