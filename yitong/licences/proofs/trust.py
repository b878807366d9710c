"""What a verifier believes: the issuer's address, its keys for credentials, and the SM2 keys. From a folder, or from memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from yitong.licences.proofs import sm2

SM2_FILE, ISSUER_FILE = "licence-sm2.pem", "licence-issuer.json"


@dataclass(frozen=True, slots=True)
class Trust:
    """``keys``: of credentials and status lists, by id. ``sm2``: public keys by id."""

    issuer: str
    keys: Mapping[str, JWK]
    sm2: Mapping[str, bytes]


def issuer_document(issuer: str, keys: list[dict[str, Any]]) -> dict[str, Any]:
    """What stands at ``/.well-known/jwt-vc-issuer`` (draft-ietf-oauth-sd-jwt-vc)."""
    return {"issuer": issuer, "jwks": {"keys": keys}}


def from_documents(issuer_json: bytes, sm2_pem: bytes) -> Trust:
    """The trust these two files express. ValueError naming the file that is not what it should be."""
    try:
        document = json.loads(issuer_json)
        keys = {str(each["kid"]): JWK(**each) for each in document["jwks"]["keys"]}
        issuer = str(document["issuer"])
    except (ValueError, KeyError, TypeError, JWException) as error:
        raise ValueError(f"{ISSUER_FILE} is not the document of /.well-known/jwt-vc-issuer") from error
    try:
        return Trust(issuer, keys, sm2.public_keys(sm2_pem))
    except ValueError as error:
        raise ValueError(f"{SM2_FILE}: {error}") from error


def from_folder(folder: Path) -> Trust:
    """The trust of a folder that holds both files. OSError when one is missing, ValueError when one is not what it should be."""
    return from_documents((folder / ISSUER_FILE).read_bytes(), (folder / SM2_FILE).read_bytes())
