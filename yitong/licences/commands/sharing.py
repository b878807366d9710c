"""The holder takes his licence as a credential, or shares some of its fields with one verifier."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences import proof_keys
from yitong.licences.commands.proving import facts_of, prove
from yitong.licences.commands.status_lists import uri_of
from yitong.licences.models import Licence
from yitong.licences.permissions import is_holder
from yitong.licences.proofs import credential, jose
from yitong.licences.queries import contents
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

LONGEST = 200


@transaction.atomic
def take_credential(*, licence_id: int, wallet_key: str = "", actor: Actor, now: datetime) -> str:
    """The whole credential, every field disclosable. ``wallet_key``: a public JWK it is bound to (JSON), or empty.

    Raises NotAllowed unless the actor is the holder or acts for him; Refused with ``ended`` or
    ``bad_wallet_key``; what ``prove`` raises.
    """
    licence = _held(licence_id, actor)
    key = None
    if wallet_key.strip():
        try:
            key = credential.wallet_key(wallet_key)
        except ValueError:
            message = N_(
                "This is not a public key on the curve P-256. Copy the JWK from your wallet, without its private part."
            )
            raise Refused(Reason("bad_wallet_key", message, field="wallet_key")) from None
    made = _issued(licence, key, now)
    _log(licence, ["*"], "", actor, now, tag="licences:credential:taken")
    return made


@transaction.atomic
def share(
    *, licence_id: int, names: Collection[str], audience: str = "", nonce: str = "", actor: Actor, now: datetime
) -> str:
    """A presentation that discloses the facts and fields ``names`` (a field is ``fields.<name>``) and nothing else.

    ``audience`` and ``nonce`` (both or none) bind it to one verifier and the word he gave: signed with a key made for this
    presentation and forgotten after it. Raises like ``take_credential``; Refused with ``no_fields``, ``unknown_field``,
    ``audience_and_nonce``.
    """
    licence = _held(licence_id, actor)
    audience, nonce = audience.strip(), nonce.strip()
    _check(licence, names, audience, nonce)
    if audience:
        key = jose.make_key()
        whole = _issued(licence, key, now)
        made = credential.present_to(whole, names, credential.Audience(audience, nonce), key, now)
    else:
        made = credential.present(_issued(licence, None, now), names)
    _log(licence, sorted(names), audience, actor, now, tag="licences:credential:shared")
    return made


def shareable(licence: Licence) -> dict[str, str]:
    """What may be disclosed one by one: name to label, in order. Refused when the sealed fields cannot be opened."""
    fields = {f"{credential.FIELDS}.{field['name']}": str(field["label"]) for field in licence.type.fields}
    present = {f"{credential.FIELDS}.{name}": name for name in contents.complete(licence)}
    return {**credential.LABELS, **{name: fields.get(name, label) for name, label in present.items()}}


def _held(licence_id: int, actor: Actor) -> Licence:
    licence = Licence.objects.select_related("type", "document").filter(pk=licence_id).first()
    if licence is None or not is_holder(actor, licence):
        raise NotAllowed(Permission.LICENCE_VIEW)
    if licence.status != Licence.Status.VALID:
        raise Refused(Reason("ended", N_("This licence has ended: nobody may rely on a credential of it.")))
    return licence


def _check(licence: Licence, names: Collection[str], audience: str, nonce: str) -> None:
    if not names:
        raise Refused(Reason("no_fields", N_("Choose at least one field to share."), field="names"))
    if not set(names) <= set(shareable(licence)):
        message = N_("A field was chosen that this licence does not have. Reload the page and choose again.")
        raise Refused(Reason("unknown_field", message, field="names"))
    if bool(audience) != bool(nonce) or max(len(audience), len(nonce)) > LONGEST:
        message = N_("Give both the receiver and the word he gave you (at most %(most)s characters each), or neither.")
        field = "nonce" if audience else "audience"
        raise Refused(Reason("audience_and_nonce", message, field=field, params={"most": LONGEST}))


def _issued(licence: Licence, holder_key: jose.JWK | None, now: datetime) -> str:
    proof = prove(licence_id=licence.pk, now=now)
    place = credential.Place(uri_of(proof.status_list), proof.position)
    return credential.issue(
        facts_of(licence),
        contents.complete(licence),
        issuer=proof_keys.issuer(now),
        place=place,
        now=now,
        holder_key=holder_key,
    )


def _log(licence: Licence, names: list[str], audience: str, actor: Actor, now: datetime, *, tag: str) -> None:
    record(
        actor_ref=actor.ref,
        tag=tag,
        subject=f"licence:{licence.number}",
        # Not the receiver, who may be a person.
        detail={"identifier": licence.identifier, "fields": names, "bound": bool(audience)},
        now=now,
    )
