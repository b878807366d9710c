"""Writes of consents. Codes are in ``commands.codes``, the table of laws in ``commands.bases``."""

from yitong.consents.commands.answers import AnswerView, use_answer
from yitong.consents.commands.granting import grant
from yitong.consents.commands.revoking import revoke
from yitong.consents.commands.using import LicenceView, use, use_consent

__all__ = ["AnswerView", "LicenceView", "grant", "revoke", "use", "use_answer", "use_consent"]
