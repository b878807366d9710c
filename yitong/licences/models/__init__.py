"""Tables of the licences context."""

from yitong.licences.models.licence import Licence, LicenceEvent, LicenceType

__all__ = ["Licence", "LicenceEvent", "LicenceType"]
