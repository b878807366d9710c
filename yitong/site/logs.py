"""Keeps personal numbers out of the log."""

import logging
import re

# 18 or 15 digits: a citizen's number; 11 digits starting with 1: a mobile number (GB 11643-1999, the 1xx number range).
_PERSONAL = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)")


def hidden(text: str) -> str:
    """``text`` with every citizen and mobile number cut to its first three digits and stars."""
    return _PERSONAL.sub(lambda found: found.group()[:3] + "*" * (len(found.group()) - 3), text)


class HidingFormatter(logging.Formatter):
    """Hides the numbers in the whole entry: a trace ends with the error's own words, and the database's name the value."""

    def format(self, record: logging.LogRecord) -> str:
        return hidden(super().format(record))


class HidePersonalNumbers(logging.Filter):
    """Replaces citizen and mobile numbers by their first three digits and stars, in the message as formatted."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (shown := hidden(message)) != message:
            record.msg, record.args = shown, ()
        return True
