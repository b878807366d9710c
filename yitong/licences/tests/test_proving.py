"""Proofs in the city: made once after sealing, told to nobody but the holder, and revoked for everybody within a minute."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast as city
from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.documents import queries as documents
from yitong.documents import storage
from yitong.documents.commands import issue as issue_document
from yitong.documents.commands import seal_pending
from yitong.documents.tests.conftest import sample
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences import proof_keys, sealing
from yitong.licences.commands import cancel, issue, proving, report_lost, revoke, rotation, sharing, status_lists
from yitong.licences.models import Licence, LicenceProof, ProofKey, ProofTask, StatusList
from yitong.licences.proofs import credential, jose, metadata, presentation, sm2, status_list
from yitong.licences.types_data import BY_NAME

Grant = Callable[..., Licence]
SHOWN = ["holder_name", "fields.scope"]


@pytest.fixture
def sealed(granted: Grant) -> Licence:
    """A licence of 李梅 whose PDF is sealed."""
    licence = granted()
    documents.pdf(licence.document, NOW)
    return licence


def code(proof: LicenceProof, now: Any = NOW) -> int:
    """What the published list says of a licence."""
    token = status_lists.token(slug=proof.status_list.slug, now=now)
    return status_list.code_at(status_list.read(token, proof_keys.trust().keys, now=now), proof.position)


# --- signing ---------------------------------------------------------------------------------------------------------------


def test_sealing_queues_the_proofs_and_the_worker_signs_them_once(sealed: Licence) -> None:
    assert ProofTask.objects.get().document_id == sealed.document_id
    assert proving.prove_pending(now=NOW) == 1 and proving.prove_pending(now=NOW) == 0
    assert not ProofTask.objects.exists()
    proof = LicenceProof.objects.get(licence=sealed)
    told = metadata.parse(proof.metadata.encode())
    assert told["identifier"] == sealed.identifier and told["holder"]["name"] == "李梅"
    assert metadata.fits(told, documents.pdf(sealed.document, NOW))
    assert sm2.verify(bytes(proof.key.public), proof.metadata.encode(), bytes(proof.signature))
    assert Entry.objects.filter(tag="licences:proof:made", subject=f"licence:{sealed.number}").count() == 1


def test_other_documents_queue_nothing(granted: Grant, cast: Cast) -> None:
    document = issue_document(
        kind="acceptance_notice",
        subject="case:1",
        issuer_department_id=cast.department("market").pk,
        region_id=cast.region().pk,
        context=sample("acceptance_notice"),
        actor=cast.actor("accepter"),
        now=NOW,
    )
    documents.pdf(document, NOW)
    assert not ProofTask.objects.exists()


def test_whoever_asks_before_the_worker_gets_the_same_proofs(granted: Grant) -> None:
    licence = granted()
    first = proving.prove(licence_id=licence.pk, now=NOW)
    assert proving.prove(licence_id=licence.pk, now=NOW + timedelta(days=1)).pk == first.pk
    assert not ProofTask.objects.exists() and licence.document.__class__.objects.get().state == "sealed"


def test_a_proof_is_never_changed_nor_deleted(sealed: Licence) -> None:
    proof = proving.prove(licence_id=sealed.pk, now=NOW)
    for change in (lambda: LicenceProof.objects.update(position=1), lambda: LicenceProof.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert LicenceProof.objects.get() == proof


def test_a_missing_file_is_told_on_the_task_and_tried_again_later(sealed: Licence) -> None:
    path = storage.current().path(sealed.document.sha256, "sealed")
    content = path.read_bytes()
    path.unlink()
    assert proving.prove_pending(now=NOW) == 0
    task = ProofTask.objects.get()
    assert "ProofsLater" in task.last_error and task.next_attempt_at > NOW
    path.write_bytes(content)
    assert proving.prove_pending(now=NOW) == 0
    assert proving.prove_pending(now=NOW + timedelta(hours=1)) == 1


def test_keys_lie_sealed_are_rotated_and_made_once(sealed: Licence, settings: Any) -> None:
    proof_keys.ensure(NOW)
    proof_keys.ensure(NOW)
    assert sorted(ProofKey.objects.values_list("kind", flat=True)) == ["es256", "sm2"]
    row, key = proof_keys.sm2_key(NOW)
    assert key.private not in bytes(row.sealed)
    before = proof_keys.issuer(NOW).key.thumbprint()
    rotation.rotate(now=NOW)
    again, same = proof_keys.sm2_key(NOW)
    assert again.sealed_key != row.sealed_key and same == key
    assert proof_keys.issuer(NOW).key.thumbprint() == before
    published = json.loads((settings.VAR / "trust" / "licence-issuer.json").read_text())
    assert [each.get("d") for each in published["jwks"]["keys"]] == [None]
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(bytes(again.sealed), again.sealed_key, "another key")


# --- status ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "expected"),
    [(revoke, status_list.INVALID), (cancel, status_list.INVALID), (report_lost, status_list.SUSPENDED)],
)
def test_an_end_is_published_at_the_next_question(sealed: Licence, cast: Cast, end: Any, expected: int) -> None:
    proof = proving.prove(licence_id=sealed.pk, now=NOW)
    assert code(proof) == status_list.VALID
    token = status_lists.token(slug=proof.status_list.slug, now=NOW)
    assert token == status_lists.token(slug=proof.status_list.slug, now=NOW + timedelta(hours=1)), (
        "kept while nothing changes"
    )
    end(licence_id=sealed.pk, reason="隐瞒有关情况取得许可", actor=cast.actor("chief"), now=NOW)
    assert code(proof, NOW + timedelta(seconds=1)) == expected
    assert status_list.TTL <= 60, "nobody may keep the old list for longer than a minute"


def test_a_licence_that_ended_before_its_proofs_is_published_as_ended(
    sealed: Licence, granted: Grant, cast: Cast
) -> None:
    other = proving.prove(licence_id=granted(case_number="2").pk, now=NOW)
    assert code(other) == status_list.VALID
    revoke(licence_id=sealed.pk, reason="隐瞒有关情况取得许可", actor=cast.actor("chief"), now=NOW)
    proof = proving.prove(licence_id=sealed.pk, now=NOW)
    assert code(proof) == status_list.INVALID and code(other) == status_list.VALID


def test_a_list_is_signed_anew_before_it_ends(sealed: Licence) -> None:
    proof = proving.prove(licence_id=sealed.pk, now=NOW)
    first = status_lists.token(slug=proof.status_list.slug, now=NOW)
    later = status_lists.token(slug=proof.status_list.slug, now=NOW + timedelta(hours=13))
    assert first != later and code(proof, NOW + timedelta(hours=30)) == status_list.VALID
    assert status_lists.token(slug="nobody", now=NOW) is None


def test_places_are_drawn_by_chance_and_a_full_list_is_followed_by_another(
    granted: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_list, "SIZE", 4)
    proofs = [proving.prove(licence_id=granted(case_number=str(number)).pk, now=NOW) for number in range(9)]
    places = {(proof.status_list_id, proof.position) for proof in proofs}
    assert len(places) == 9 and StatusList.objects.count() in (3, 4)
    assert all(position < 4 for _, position in places)


def test_the_order_of_issue_does_not_show_in_the_places(granted: Grant) -> None:
    places = [proving.prove(licence_id=granted(case_number=str(n)).pk, now=NOW).position for n in range(8)]
    assert max(places) - min(places) > 8


# --- sharing ---------------------------------------------------------------------------------------------------------------


def test_the_holder_shares_two_fields_and_the_log_names_them_without_their_values(sealed: Licence, cast: Cast) -> None:
    text = sharing.share(licence_id=sealed.pk, names=SHOWN, actor=cast.actor("citizen"), now=NOW)
    seen = presentation.examine(text, proof_keys.trust().keys)
    assert seen.claims["holder_name"] == "李梅" and list(seen.claims["fields"]) == ["scope"] and seen.bound is None
    entry = Entry.objects.get(tag="licences:credential:shared")
    assert entry.detail["fields"] == sorted(SHOWN) and "李梅" not in json.dumps(entry.detail, ensure_ascii=False)


def test_sharing_with_one_receiver_is_bound_to_him(sealed: Licence, cast: Cast) -> None:
    who = cast.actor("citizen")
    text = sharing.share(licence_id=sealed.pk, names=SHOWN, audience="银行", nonce="7Q2", actor=who, now=NOW)
    bound = presentation.examine(text, proof_keys.trust().keys).bound
    assert (bound["aud"], bound["nonce"], bound["iat"]) == ("银行", "7Q2", int(NOW.timestamp()))


@pytest.mark.parametrize(
    ("changes", "problem", "field"),
    [
        ({"names": []}, "no_fields", "names"),
        ({"names": ["fields.salary"]}, "unknown_field", "names"),
        ({"audience": "银行"}, "audience_and_nonce", "nonce"),
        ({"nonce": "7Q2"}, "audience_and_nonce", "audience"),
    ],
)
def test_what_cannot_be_shared_names_the_field(
    sealed: Licence, cast: Cast, changes: dict[str, Any], problem: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        sharing.share(licence_id=sealed.pk, actor=cast.actor("citizen"), now=NOW, **{"names": SHOWN, **changes})
    assert [(each.code, each.field) for each in refused.value.reasons] == [(problem, field)]


def test_nobody_but_the_holder_shares_and_nothing_that_ended(sealed: Licence, cast: Cast) -> None:
    for who in ("stranger", "chief", "admin", "registrar"):
        with pytest.raises(NotAllowed):
            sharing.share(licence_id=sealed.pk, names=SHOWN, actor=cast.actor(who), now=NOW)
        with pytest.raises(NotAllowed):
            sharing.take_credential(licence_id=sealed.pk, actor=cast.actor(who), now=NOW)
    revoke(licence_id=sealed.pk, reason="隐瞒有关情况取得许可", actor=cast.actor("chief"), now=NOW)
    with pytest.raises(Refused, match="ended"):
        sharing.take_credential(licence_id=sealed.pk, actor=cast.actor("citizen"), now=NOW)


def test_a_wallet_gets_the_credential_bound_to_its_key(sealed: Licence, cast: Cast) -> None:
    wallet = jose.make_key()
    public = json.dumps(wallet.export_public(as_dict=True))
    text = sharing.take_credential(licence_id=sealed.pk, wallet_key=public, actor=cast.actor("citizen"), now=NOW)
    keys = proof_keys.trust().keys
    with pytest.raises(presentation.Altered, match="binding_missing"):
        presentation.examine(text, keys)
    shown = credential.present_to(text, ["licence_number"], credential.Audience("bank", "n"), wallet, NOW)
    assert presentation.examine(shown, keys).claims["licence_number"] == sealed.number
    with pytest.raises(Refused) as refused:
        sharing.take_credential(
            licence_id=sealed.pk, wallet_key=wallet.export_private(), actor=cast.actor("citizen"), now=NOW
        )
    assert refused.value.reasons[0].field == "wallet_key"


# --- at once ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_holder_the_worker_and_an_end_at_once_leave_one_proof_that_tells_the_end() -> None:
    cast = city.build()
    person = cast.person("citizen")
    licence = issue(
        type_code=BY_NAME["食品经营许可证"].code,
        holder_person_id=person.pk,
        holder_enterprise_id=None,
        holder_name=person.name,
        data={"address": "朝晖区和平路1号", "scope": "预包装食品销售", "business_kind": "食品销售经营者"},
        issuer_department_id=cast.department("market").pk,
        region_id=cast.region().pk,
        case_number="1143990000000000001",
        valid_years=5,
        actor=cast.actor("chief"),
        now=NOW,
    )
    seal_pending(now=NOW)
    chief = cast.actor("chief")

    def act(number: int) -> None:
        try:
            if number == 0:
                revoke(licence_id=licence.pk, reason="隐瞒有关情况取得许可", actor=chief, now=NOW)
            elif number == 1:
                proving.prove_pending(now=NOW)
            else:
                proving.prove(licence_id=licence.pk, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(act, range(5)))
    proof = LicenceProof.objects.select_related("status_list").get()
    assert ProofKey.objects.filter(kind="sm2").count() == 1
    assert code(proof) == status_list.INVALID
