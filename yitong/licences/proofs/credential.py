"""The licence as an SD-JWT VC (SD-JWT: RFC 9901; draft-ietf-oauth-sd-jwt-vc), ES256, type dc+sd-jwt: every fact can be withheld.

In the open: issuer, type, instants, status and the holder's key; all the rest is disclosed or not, one by one. The fields of
the licence's type lie in ``fields``, so that none can take the name of a registered claim. Each call makes a new credential with
new salts: two presentations of one licence cannot be told to be of the same one by their hashes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer

from yitong.licences.proofs import jose
from yitong.licences.proofs.metadata import Facts

TYPE = "dc+sd-jwt"
MEDIA_TYPE = f"application/{TYPE}"
BINDING_TYPE = "kb+jwt"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LABELS: dict[str, str] = {
    "holder_name": "持证主体",
    "licence_number": "证照编号",
    "identifier": "电子证照标识",
    "version": "版本",
    "issuing_body": "颁发机构",
    "issued_on": "颁发日期",
    "valid_from": "有效期起始",
    "valid_until": "有效期截止",
}
"""The facts every licence has, in order, beside the fields of its type."""
FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Issuer:
    """``url`` is the platform's address: its keys are found below ``/.well-known/jwt-vc-issuer``."""

    url: str
    key: JWK


@dataclass(frozen=True, slots=True)
class Place:
    """Where the status of this licence is told: the address of a status list and an index in it."""

    uri: str
    index: int


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a presentation is made, and the nonce this verifier gave."""

    name: str
    nonce: str


def type_url(issuer: str, type_code: str) -> str:
    """The ``vct`` of a licence type: an address that answers with the type's metadata."""
    return f"{issuer}/credentials/{type_code}"


def facts_of(facts: Facts) -> dict[str, Any]:
    """The facts every licence has, by name."""
    return {
        "holder_name": facts.holder_name,
        "licence_number": facts.number,
        "identifier": facts.identifier,
        "version": facts.version,
        "issuing_body": facts.issuer_name,
        "issued_on": facts.issued_on.isoformat(),
        "valid_from": facts.valid_from.isoformat(),
        "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
    }


def issue(
    facts: Facts,
    data: Mapping[str, Any],
    *,
    issuer: Issuer,
    place: Place,
    now: datetime,
    holder_key: JWK | None = None,
) -> str:
    """The whole credential, every disclosure attached. ``data``: the fields of the type by name.

    ``holder_key`` binds it to a key of the holder's: presentations must then be signed with it.
    """
    claims: dict[Any, Any] = {
        "iss": issuer.url,
        "vct": type_url(issuer.url, facts.type_code),
        # The day, not the second: the instant would tell two credentials of one licence apart from all others.
        "iat": _seconds(now.astimezone(SHANGHAI).date()),
        "nbf": _seconds(facts.valid_from),
        "status": {"status_list": {"idx": place.index, "uri": place.uri}},
        FIELDS: {SDObj(name): value for name, value in data.items()},
    }
    if facts.valid_until is not None:
        claims["exp"] = _seconds(facts.valid_until + timedelta(days=1))
    claims.update({SDObj(name): value for name, value in facts_of(facts).items()})
    header = {"typ": TYPE, "kid": issuer.key["kid"]}
    made = SDJWTIssuer(claims, issuer.key, holder_key=holder_key, extra_header_parameters=header)
    return str(made.sd_jwt_issuance)


def present(credential: str, names: Collection[str]) -> str:
    """The credential with the disclosures of these facts and fields alone. A field is named ``fields.<name>``."""
    return _present(credential, names, None, None, None)


def present_to(credential: str, names: Collection[str], audience: Audience, key: JWK, now: datetime) -> str:
    """The same, signed with the holder's ``key`` for one verifier and one nonce."""
    return _present(credential, names, audience, key, now)


class _DatedHolder(SDJWTHolder):
    """The library reads the clock itself; here the instant is the command's."""

    moment: datetime

    def _create_key_binding_jwt(
        self, nonce: str, aud: str, presentation_hash: str, holder_key: JWK, sign_alg: str | None = None
    ) -> None:
        iat = int(self.moment.timestamp())
        claims = {"nonce": nonce, "aud": aud, "iat": iat, "sd_hash": presentation_hash}
        jws = jose.JWS(json.dumps(claims, ensure_ascii=False))
        jws.add_signature(holder_key, alg=jose.ALGORITHM, protected={"alg": jose.ALGORITHM, "typ": BINDING_TYPE})
        self.serialized_key_binding_jwt = jws.serialize(compact=True)


def _present(
    credential: str, names: Collection[str], audience: Audience | None, key: JWK | None, now: datetime | None
) -> str:
    holder = _DatedHolder(credential)
    chosen: dict[str, Any] = {name: True for name in names if not name.startswith(f"{FIELDS}.")}
    inner = {name.partition(".")[2]: True for name in names if name.startswith(f"{FIELDS}.")}
    if inner:
        chosen[FIELDS] = inner
    if audience is None:
        holder.create_presentation(chosen)
    else:
        assert now is not None
        holder.moment = now
        holder.create_presentation(chosen, nonce=audience.nonce, aud=audience.name, holder_key=key)
    return str(holder.sd_jwt_presentation)


def wallet_key(text: str) -> JWK:
    """The public key of a holder's wallet from its JWK (JSON). ValueError when it is not one on P-256, or holds a secret."""
    try:
        values = json.loads(text)
        if not isinstance(values, dict) or "d" in values or (values.get("kty"), values.get("crv")) != ("EC", "P-256"):
            raise ValueError("not a public P-256 key")
        key = JWK(kty="EC", crv="P-256", x=values["x"], y=values["y"])
        key.export_to_pem()  # the point must lie on the curve
    except (JWException, KeyError, TypeError, RecursionError) as error:
        raise ValueError("not a public P-256 key") from error
    return key


def type_metadata(issuer: str, code: str, name: str, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The type's metadata, which its ``vct`` leads to: what may stand in it, and what each part is called."""
    listed: list[tuple[tuple[str, ...], str]] = [((each,), label) for each, label in LABELS.items()]
    listed += [((FIELDS, str(field["name"])), str(field["label"])) for field in fields]
    return {
        "vct": type_url(issuer, code),
        "name": name,
        "display": [{"locale": "zh-CN", "name": name}],
        "claims": [
            {"path": list(path), "display": [{"locale": "zh-CN", "label": label}], "sd": "always"}
            for path, label in listed
        ],
    }


def _seconds(day: date) -> int:
    """The beginning of a day in Asia/Shanghai."""
    return int(datetime.combine(day, time(), tzinfo=SHANGHAI).timestamp())
