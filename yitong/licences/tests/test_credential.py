"""The credential and the status list, verified by openvc-core and by the standard library with cryptography alone."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openvc
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from hypothesis import given, settings
from hypothesis import strategies as st
from openvc.status.issue import verify_status_list_token
from openvc.verify import VerificationPolicy, verify_credential

from yitong.licences.proofs import credential, jose, status_list
from yitong.licences.proofs.examining import Outcome, examine
from yitong.licences.proofs.trust import issuer_document
from yitong.licences.tests.proof_samples import (
    AUDIENCE,
    DATA,
    FACTS,
    HOLDER,
    ISSUER,
    KEY,
    NOW,
    PLACE,
    TRUST,
    issued,
    outcome,
    presented,
)

# --- SD-JWT VC -----------------------------------------------------------------------------------------------------------


def openvc_accepts(text: str, **policy: Any) -> openvc.VerificationResult:
    """openvc-core with nothing of ours but what stands at the public addresses."""
    keys = [jose.public(KEY)]
    entries = policy.pop("entries", [])
    published = {f"{ISSUER}/.well-known/jwt-vc-issuer": issuer_document(ISSUER, keys)}
    token = status_list.token(uri=PLACE.uri, issuer=ISSUER, entries=entries, key=KEY, now=NOW)
    return verify_credential(
        text,
        policy=VerificationPolicy(now=NOW, **policy),  # a binding is good for minutes, a test run may take longer
        jwt_vc_issuer_fetch=published.__getitem__,
        resolve_status_list_token=lambda uri: verify_status_list_token(
            token, public_key_jwk=keys[0], expected_uri=uri, now=NOW
        ),
    )


def test_an_independent_library_verifies_the_whole_credential() -> None:
    told = openvc_accepts(issued(), expected_vct=f"{ISSUER}/credentials/{FACTS.type_code}")
    assert told.issuer == ISSUER and told.format == "sd-jwt-vc"
    assert told.claims["holder_name"] == "李梅" and told.claims["fields"] == DATA
    assert not told.status.revoked and not told.status.suspended


def test_a_presentation_discloses_the_chosen_fields_and_nothing_else() -> None:
    text = credential.present(issued(), ["holder_name", "fields.scope"])
    told = openvc_accepts(text).claims
    assert told["holder_name"] == "李梅" and told["fields"] == {"scope": "预包装食品销售"}
    assert not {"licence_number", "identifier", "issued_on", "valid_from", "version"} & set(told)
    plain = "".join(
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "ignore")
        for part in text.replace(".", "~").split("~")
        if part
    )
    assert "和平路" not in plain and "439901" not in plain and FACTS.number not in plain


def test_a_bound_presentation_holds_for_its_receiver_and_nonce_alone() -> None:
    text = presented()
    bound = {"audience": AUDIENCE.name, "nonce": AUDIENCE.nonce, "require_key_binding": True}
    told = openvc_accepts(text, **bound)
    assert told.key_bound and set(told.claims["fields"]) == {"scope"}
    for wrong in ({"nonce": "another"}, {"audience": "https://other.example"}):
        with pytest.raises(openvc.OpenvcError):
            openvc_accepts(text, **{**bound, **wrong})
    stripped = text[: text.rindex("~") + 1]
    with pytest.raises(openvc.OpenvcError):
        openvc_accepts(stripped, **bound)


@pytest.mark.parametrize("part", ["payload", "signature", "disclosure", "binding", "added"])
def test_whatever_is_tampered_with_both_libraries_and_we_refuse_it(part: str) -> None:
    text = tampered(presented(), part)
    with pytest.raises(openvc.OpenvcError):
        openvc_accepts(text, audience=AUDIENCE.name, nonce=AUDIENCE.nonce, require_key_binding=True)
    assert outcome(text)[0] == Outcome.ALTERED


def tampered(text: str, part: str) -> str:
    signed, *disclosures, binding = text.split("~")
    header, payload, signature = signed.split(".")
    if part == "payload":
        claims = {**jose.claims_of(signed), "exp": 4_000_000_000}
        payload = jose.encoded(json.dumps(claims).encode())
    elif part == "signature":
        signature = jose.encoded(bytes(64))
    elif part == "disclosure":
        salt, name, _ = json.loads(jose.decoded(disclosures[0]))
        disclosures[0] = jose.encoded(json.dumps([salt, name, "王强"]).encode())
    elif part == "added":
        disclosures.append(jose.encoded(json.dumps(["c2FsdA", "sex", "女"]).encode()))
    else:
        head, _, signature_ = binding.split(".")
        binding = (
            f"{head}.{jose.encoded(json.dumps({**jose.claims_of(binding), 'nonce': 'mine'}).encode())}.{signature_}"
        )
    return "~".join([".".join([header, payload, signature]), *disclosures, binding])


def test_a_part_taken_out_of_a_bound_presentation_breaks_the_binding() -> None:
    signed, _, *rest = presented().split("~")
    assert outcome("~".join([signed, *rest])) == (Outcome.ALTERED, "binding_broken")


def test_a_bound_credential_without_its_binding_is_worth_nothing() -> None:
    text = presented()
    stolen = text[: text.rindex("~") + 1]
    assert outcome(text) == (Outcome.VALID, "intact")
    assert outcome(stolen) == (Outcome.ALTERED, "binding_missing")
    assert outcome(credential.present(issued(), ["holder_name"])) == (Outcome.VALID, "intact"), "bound to nobody"


@pytest.mark.parametrize(
    "claim",
    [{"iat": 10**18}, {"iat": 2**33}, {"iat": -1}, {"iat": True}, {"iat": 1.5}, {"aud": "\ud800"}, {"nonce": "\udfff"}],
    ids=str,
)
def test_a_binding_with_claims_nobody_can_show_is_broken(claim: dict[str, Any]) -> None:
    text = credential.present(issued(holder_key=HOLDER), ["holder_name"])
    told = {"aud": "bank", "nonce": "n", "iat": int(NOW.timestamp()), "sd_hash": digest(text)}
    assert outcome(text + binding(told)) == (Outcome.VALID, "intact")
    assert outcome(text + binding(told | claim)) == (Outcome.ALTERED, "binding_broken")


def binding(claims: dict[str, Any]) -> str:
    """A key binding as the holder's own software could make it."""
    jws = jose.JWS(json.dumps(claims))
    jws.add_signature(HOLDER, alg="ES256", protected=json.dumps({"alg": "ES256", "typ": credential.BINDING_TYPE}))
    return str(jws.serialize(compact=True))


def digest(text: str) -> str:
    return jose.encoded(hashlib.sha256(text.encode()).digest())


def test_a_credential_tells_its_term_and_a_foreign_one_is_foreign() -> None:
    assert outcome(issued()) == (Outcome.VALID, "intact")
    assert outcome(issued(), now=NOW + timedelta(days=400)) == (Outcome.EXPIRED, "term_ended")
    assert outcome(issued(), now=NOW - timedelta(days=60)) == (Outcome.NOT_YET, "not_yet")
    assert examine(issued(replace(FACTS, valid_until=None)).encode(), TRUST, NOW).outcome == Outcome.VALID
    other = credential.Issuer(ISSUER, jose.make_key())
    assert outcome(issued(issuer=other)) == (Outcome.UNKNOWN_ISSUER, "other_issuer")
    # Our key's name on a stranger's signature is not a foreign credential but a forged one.
    forged = jose.JWK(**{**other.key.export(as_dict=True), "kid": KEY["kid"]})
    assert outcome(issued(issuer=credential.Issuer(ISSUER, forged))) == (Outcome.ALTERED, "signature_broken")


def test_no_algorithm_but_ours_is_taken() -> None:
    signed, *rest = issued().split("~")
    for alg in ("none", "HS256"):
        header = jose.encoded(json.dumps({**jose.header_of(signed), "alg": alg}).encode())
        _, payload, _ = signed.split(".")
        assert outcome("~".join([f"{header}.{payload}.", *rest]))[0] == Outcome.UNKNOWN_ISSUER


def test_two_credentials_of_one_licence_share_no_digest() -> None:
    first, second = (jose.claims_of(issued().split("~")[0]) for _ in range(2))
    assert not set(first["_sd"]) & set(second["_sd"]) and first["iat"] == second["iat"]


@settings(deadline=None)
@given(st.text(alphabet='eyJ.~ab_-0={}"', max_size=80))
def test_junk_is_never_a_valid_credential(junk: str) -> None:
    seen = examine(("eyJ" + junk + "~").encode(), TRUST, NOW)
    assert seen is None or seen.outcome in (Outcome.ALTERED, Outcome.UNKNOWN_ISSUER)


def test_the_wallets_key_must_be_public_and_on_the_curve() -> None:
    wallet = jose.make_key()
    public = wallet.export_public(as_dict=True)
    assert credential.wallet_key(json.dumps(public)).thumbprint() == wallet.thumbprint()
    off = {**public, "y": public["x"]}
    for bad in (
        "",
        "[]",
        "{",
        wallet.export_private(),
        json.dumps(off),
        json.dumps({"kty": "EC", "crv": "P-256"}),
        '{"kty":"OKP"}',
    ):
        with pytest.raises(ValueError):
            credential.wallet_key(bad)


def test_the_type_names_every_path_that_can_be_disclosed() -> None:
    fields = [{"name": name, "label": name} for name in DATA]
    told = credential.type_metadata(ISSUER, FACTS.type_code, FACTS.type_name, fields)
    assert told["vct"] == jose.claims_of(issued().split("~")[0])["vct"]
    paths = {tuple(each["path"]) for each in told["claims"]}
    assert paths == {(name,) for name in credential.facts_of(FACTS)} | {("fields", name) for name in DATA}


# --- status list ---------------------------------------------------------------------------------------------------------


def test_the_standard_library_reads_every_status() -> None:
    """RFC 7515 and the draft by hand: cryptography for ES256, zlib and base64 for the rest."""
    entries = [(0, 1), (3, 2), (PLACE.index, 2), (status_list.SIZE - 1, 1)]
    token = status_list.token(uri=PLACE.uri, issuer=ISSUER, entries=entries, key=KEY, now=NOW)
    head, body, signature = token.split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    x, y = (int.from_bytes(base64.urlsafe_b64decode(jose.public(KEY)[name] + "=="), "big") for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    public.verify(utils.encode_dss_signature(*numbers), f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(base64.urlsafe_b64decode(head + "=="))["typ"] == "statuslist+jwt"
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    assert claims["sub"] == PLACE.uri and claims["ttl"] == 60 and claims["exp"] > claims["iat"]
    assert claims["status_list"]["bits"] == 2
    content = zlib.decompress(base64.urlsafe_b64decode(claims["status_list"]["lst"] + "=="))
    assert len(content) == status_list.SIZE // 4
    told = {index: content[index // 4] >> (index % 4 * 2) & 3 for index in range(status_list.SIZE)}
    assert {index: code for index, code in told.items() if code} == dict(entries)
    assert len(token) < 700  # an empty crowd costs nothing


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, status_list.SIZE - 1), st.integers(1, 2), max_size=50))
def test_what_is_packed_is_read_back_and_nothing_else_is_set(entries: dict[int, int]) -> None:
    token = status_list.token(uri="u", issuer=ISSUER, entries=entries.items(), key=KEY, now=NOW)
    claims = status_list.read(token, TRUST.keys, now=NOW)
    for index in {*entries, 0, 1, status_list.SIZE - 1}:
        assert status_list.code_at(claims, index) == entries.get(index, 0)
    with pytest.raises(ValueError, match="no entry"):
        status_list.code_at(claims, status_list.SIZE)


def test_openvc_is_told_of_the_revoked_and_the_lost() -> None:
    with pytest.raises(openvc.OpenvcError, match="revoked"):
        openvc_accepts(issued(), entries=[(PLACE.index, status_list.INVALID)])
    with pytest.raises(openvc.OpenvcError, match="suspended"):
        openvc_accepts(issued(), entries=[(PLACE.index, status_list.SUSPENDED)])
    assert openvc_accepts(issued(), entries=[(PLACE.index + 1, 1), (PLACE.index - 1, 1)]).status.revoked is False


def test_an_old_or_foreign_list_is_not_believed() -> None:
    token = status_list.token(uri="u", issuer=ISSUER, entries=[], key=KEY, now=NOW)
    with pytest.raises(ValueError, match="out of date"):
        status_list.read(token, TRUST.keys, now=NOW + timedelta(hours=25))
    stranger = status_list.token(uri="u", issuer=ISSUER, entries=[], key=jose.make_key(), now=NOW)
    with pytest.raises(ValueError, match="not ours"):
        status_list.read(stranger, TRUST.keys, now=NOW)
    with pytest.raises(ValueError):
        status_list.read(issued().split("~")[0], TRUST.keys, now=NOW)
