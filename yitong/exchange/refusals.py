"""How a request of an outside system is refused: one exception that carries the HTTP status, the reason and what to wait."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from yitong.kernel.reasons import N_, Reason


class OutwardRefused(Exception):
    """``status``: 401 (who are you), 403 (not yours to ask), 404, 409 (consent or licence is over), 429 (too often)."""

    def __init__(self, status: int, reason: Reason, *, retry_after: int = 0) -> None:
        super().__init__(reason.code)
        self.status, self.reason, self.retry_after = status, reason, retry_after

    def headers(self) -> dict[str, str]:
        """What the answer carries beside its body (RFC 6750, RFC 9110)."""
        if self.status == 401:
            return {"WWW-Authenticate": f'Bearer realm="yitong", error="{self.reason.code}"'}
        return {"Retry-After": str(self.retry_after)} if self.retry_after else {}


def problem(reason: Reason) -> dict[str, Any]:
    """The reason as every answer of the API tells it, in the reader's language."""
    message = gettext(reason.message)
    message = message % reason.params if reason.params else message
    told = {"code": reason.code, "message": message, "law": reason.law, "field": reason.field}
    return {"detail": message, "reasons": [told]}


NO_TOKEN = Reason(
    "no_token",
    N_(
        "Send an access token: POST /api/exchange/token with your client id and secret, then Authorization: Bearer <token>."
    ),
)
TOKEN_PROBLEMS = {
    "malformed": N_("This is not one of our access tokens. Send the one POST /api/exchange/token gave you, unchanged."),
    "forged": N_("The token's signature is not ours. Ask for a new one at POST /api/exchange/token."),
    "expired": N_("The token has expired. Ask for a new one at POST /api/exchange/token."),
    "replaced": N_("The secret was replaced since this token was given. Ask for a new token with the new secret."),
    "client_disabled": N_("Your system's access was switched off: %(why)s. Call the platform's administrator."),
}
WRONG_SECRET = Reason(
    "invalid_client", N_("Unknown client id or wrong secret. Check both; a lost secret is replaced, never shown.")
)
CONSENT_NOT_YOURS = Reason(
    "consent_not_yours",
    N_(
        "There is no such consent to your department by this holder. Ask the holder to consent and to tell you its number."
    ),
    law="《中华人民共和国个人信息保护法》第十三条、第二十三条",
    field="consent_id",
)
NOT_FOUND = Reason("not_found", N_("There is no such licence of this holder. Check the number."))
NONE_IN_FORCE = Reason("none_in_force", N_("The holder has no licence of this type in force."))
