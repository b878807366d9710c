"""Whether somebody may decide in a department's name on a day: the chief representative's letter."""

from __future__ import annotations

from datetime import date

from yitong.kernel.reasons import N_, Reason
from yitong.parties.models import AuthorisationLetter

LAW = "首席代表授权委托书"
"""Not a statute: the organ decides in its own name, the letter says who signs for it."""
POWERS = ("decide", "review", "coordinate")


def decide_refusal(staff_id: int, department_id: int, on: date) -> Reason | None:
    """Why ``staff_id`` may not decide for the department on ``on``; None when a letter with the power is in force."""
    return power_refusal(staff_id, department_id, "decide", on)


def power_refusal(staff_id: int, department_id: int, power: str, on: date) -> Reason | None:
    """As ``decide_refusal``, for one of ``POWERS``. One statement."""
    letters = list(
        AuthorisationLetter.objects.filter(staff_id=staff_id, department_id=department_id).order_by(
            "-valid_from", "-id"
        )
    )
    if any(letter.in_force(on) and power in letter.powers for letter in letters):
        return None
    if not letters:
        return _refusal(
            "letter_missing", N_("There is no authorisation letter for this department. Ask the head for one.")
        )
    letter = _nearest(letters, power, on)
    params = {
        "number": letter.number,
        "valid_from": letter.valid_from.isoformat(),
        "valid_until": letter.valid_until.isoformat(),
    }
    if letter.in_force(on):
        text = N_(
            "Authorisation letter %(number)s (%(valid_from)s to before %(valid_until)s) does not give this power."
        )
        return _refusal("letter_power", text, params)
    if letter.revoked_on is not None and letter.revoked_on <= on:
        text = N_(
            "Authorisation letter %(number)s (%(valid_from)s to before %(valid_until)s) was revoked on %(revoked_on)s. "
            "Ask the head for a new one."
        )
        return _refusal("letter_revoked", text, {**params, "revoked_on": letter.revoked_on.isoformat()})
    if on < letter.valid_from:
        text = N_(
            "Authorisation letter %(number)s is not in force yet: it runs from %(valid_from)s to before "
            "%(valid_until)s."
        )
        return _refusal("letter_early", text, params)
    text = N_(
        "Authorisation letter %(number)s has expired: it ran from %(valid_from)s to before %(valid_until)s. "
        "Ask the head for a new one."
    )
    return _refusal("letter_expired", text, params)


def _nearest(letters: list[AuthorisationLetter], power: str, on: date) -> AuthorisationLetter:
    """The letter the holder would point at: one in force, else one with the power, the latest of them."""
    in_force = [letter for letter in letters if letter.in_force(on)]
    with_power = [letter for letter in letters if power in letter.powers]
    return (in_force or with_power or letters)[0]


def _refusal(code: str, message: str, params: dict[str, str] | None = None) -> Reason:
    return Reason(code, message, law=LAW, params=dict(params or {}))
