"""Words of this context, as pages, files and forms show them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yitong.licences.rules.fields import Confidentiality, Kind
from yitong.licences.rules.status import Standing

STANDINGS = {
    Standing.VALID: _("In force"),
    Standing.NOT_YET: _("Not yet in force"),
    Standing.EXPIRED: _("Expired"),
    Standing.REVOKED: _("Revoked"),
    Standing.CANCELLED: _("Cancelled"),
    Standing.LOST: _("Reported lost"),
    Standing.TRANSFERRED: _("Transferred out"),
    Standing.SUPERSEDED: _("Replaced by a newer version"),
}
HAPPENED = {
    "issued": pgettext_lazy("history of a licence", "Issued"),
    "arrived": _("Arrived from its issuer"),
    "changed": _("Corrected by its issuer"),
    "renewed": _("Renewed"),
    "deemed_renewed": _("Deemed renewed"),
    "reissued": _("Issued again"),
    "revoked": _("Revoked"),
    "cancelled": _("Cancelled"),
    "lost": _("Reported lost"),
    "transferred": _("Transferred out"),
    "superseded": _("Replaced by a newer version"),
}
KINDS = {
    Kind.TEXT: pgettext_lazy("kind of a field", "Text"),
    Kind.DATE: pgettext_lazy("kind of a field", "Date"),
    Kind.IDCARD: pgettext_lazy("kind of a field", "Citizen number"),
    Kind.USCC: pgettext_lazy("kind of a field", "Credit code"),
    Kind.PHONE: pgettext_lazy("kind of a field", "Phone"),
    Kind.NUMBER: pgettext_lazy("kind of a field", "Number (amount)"),
    Kind.CHOICE: pgettext_lazy("kind of a field", "Choice"),
}
CONFIDENTIALITY = {
    Confidentiality.OPEN: _("Open: may be shown to anybody the licence is shown to"),
    Confidentiality.INTERNAL: _("Internal: for the case at hand"),
    Confidentiality.SENSITIVE: _("Sensitive: encrypted, masked, each look logged"),
}
LEVELS = {
    Confidentiality.OPEN: pgettext_lazy("confidentiality of a field", "Open"),
    Confidentiality.INTERNAL: pgettext_lazy("confidentiality of a field", "Internal"),
    Confidentiality.SENSITIVE: pgettext_lazy("confidentiality of a field", "Sensitive"),
}
TRUST = {
    "issued": _("Issued by the authority"),
    "verified": _("Verified at a counter"),
    "uploaded": _("Uploaded by the holder"),
    "declared": _("Declared by the holder"),
}
COLUMNS = {
    "name": _("Name"),
    "issuer": _("Issued by"),
    "statement": _("Statement"),
    "law": _("Basis"),
    "active": _("In use"),
    "fields": _("Fields"),
    "valid_years": _("Term in years"),
    "renewable": _("Renewable"),
    "renew_days": _("Remind before the last day to apply (days)"),
    "trust": _("Trust"),
    "confidentiality": _("Confidentiality"),
    "callers": _("Departments that may call it"),
}
