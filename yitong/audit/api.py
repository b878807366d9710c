"""Public JSON: check a receipt, read the newest checkpoint, prove that the log only grew."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema

from yitong.audit import queries
from yitong.audit.offline import Unreadable, Verdict, verify
from yitong.audit.queries.tree import NoSuchSize, is_our_key
from yitong.kernel.reasons import N_, Reason, Refused

router = Router()


class VerdictOut(Schema):
    """``reason`` is empty when valid; ``our_key``: whether this platform's key signed the receipt."""

    valid: bool
    reason: str
    key_id: str
    our_key: bool


class CheckpointOut(Schema):
    """Bytes in base64; the signature is Ed25519 over ``origin\\nsize\\nroot\\nsigned-at signedAt\\n``."""

    origin: str
    size: int
    root: str
    signedAt: str
    signature: str
    keyId: str
    publicKey: str


class ConsistencyOut(Schema):
    """The public vectors' form, checked by ``yitong audit check-proof``."""

    size1: int
    size2: int
    root1: str
    root2: str
    proof: list[str]
    checkpoint: CheckpointOut


class Nothing(Schema):
    """No checkpoint has been signed yet."""

    detail: str


@router.post("/verify", response=VerdictOut, summary="Check a receipt")
def verify_receipt(request: HttpRequest, receipt: Annotated[dict[str, Any], Body()]) -> VerdictOut:
    """Check entry, proof and signature of a receipt, and that the key is this platform's. Stores nothing."""
    try:
        verdict = verify(receipt)
    except Unreadable as error:
        message = N_("The receipt cannot be read: %(why)s.")
        raise Refused(Reason("unreadable", message, params={"why": str(error)})) from None
    if verdict.valid and not is_our_key(verdict.key_id):
        strange = Reason("strange_key", N_("The checkpoint is not signed by this platform."))
        verdict = Verdict(False, strange, verdict.key_id)
    return VerdictOut(
        valid=verdict.valid, reason=verdict.reason, key_id=verdict.key_id, our_key=is_our_key(verdict.key_id)
    )


@router.get("/checkpoint", response={200: CheckpointOut, 404: Nothing}, summary="Newest signed checkpoint")
def checkpoint(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """The newest size and root of the log with its signature."""
    newest = queries.latest_checkpoint()
    return (200, queries.checkpoint_data(newest)) if newest else (404, {"detail": "nothing has been sequenced yet"})


@router.get("/consistency", response=ConsistencyOut, summary="Proof that the log only grew")
def consistency(request: HttpRequest, size: Annotated[int, Query(ge=1, le=2**63 - 1)]) -> dict[str, Any]:
    """Proof that the log of ``size`` entries is a beginning of the newest checkpoint's."""
    try:
        return queries.consistency(size)
    except NoSuchSize as error:
        message = N_("There is no such size: %(why)s.")
        raise Refused(Reason("no_such_size", message, field="size", params={"why": str(error)})) from None
