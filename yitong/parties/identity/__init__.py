"""Ways to prove who one is, behind one interface; another (OpenID Connect) joins by `register`."""

from __future__ import annotations

from yitong.parties.identity.base import Challenge, IdentityProvider, VerifiedIdentity
from yitong.parties.identity.password import PasswordProvider
from yitong.parties.identity.phone_code import PhoneCodeProvider

__all__ = ["Challenge", "IdentityProvider", "UnknownProvider", "VerifiedIdentity", "provider", "providers", "register"]

_providers: dict[str, IdentityProvider] = {}


class UnknownProvider(LookupError):
    """No identity provider has this code."""


def register(new: IdentityProvider) -> None:
    """Offer a provider under its code; the same code again replaces it."""
    _providers[new.code] = new


def provider(code: str) -> IdentityProvider:
    """The provider with this code, or UnknownProvider."""
    if code not in _providers:
        raise UnknownProvider(f"no identity provider {code!r}; known: {', '.join(sorted(_providers))}")
    return _providers[code]


def providers() -> tuple[str, ...]:
    """Codes of all providers, in the order they registered."""
    return tuple(_providers)


register(PhoneCodeProvider())
register(PasswordProvider())
