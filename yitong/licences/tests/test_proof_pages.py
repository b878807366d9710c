"""The pages and addresses of proofs, the public verification of each kind of file, and the command line."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.documents import queries as documents
from yitong.documents.queries import verification
from yitong.documents.queries.verification import Verdict
from yitong.documents.seals import keys as seal_keys
from yitong.licences import proof_keys
from yitong.licences.cli import app
from yitong.licences.commands import cancel, report_lost, revoke, sharing, status_lists
from yitong.licences.commands.proving import prove
from yitong.licences.models import Licence
from yitong.licences.proofs import bundle, credential, jose, metadata
from yitong.licences.proofs.trust import from_documents, from_folder
from yitong.licences.queries import proofs
from yitong.site.licences_cli import app as keys_app

Grant = Callable[..., Licence]
FILES = ("sm2.zip", "metadata.json", "signature.der", "licence.ofd")


@pytest.fixture
def licence(granted: Grant) -> Licence:
    return granted()


def files_of(licence: Licence, cast: Cast) -> dict[str, bytes]:
    """Every kind of file that proves a licence."""
    who, now = cast.actor("citizen"), timezone.now()
    return {
        "pdf": documents.pdf(licence.document, NOW),
        "sm2": proofs.sm2_bundle(licence, NOW),
        "ofd": proofs.ofd_export(licence, NOW),
        "credential": sharing.share(licence_id=licence.pk, names=["fields.scope"], actor=who, now=now).encode(),
    }


def test_the_holder_downloads_every_proof_and_openssl_agrees(
    licence: Licence, cast: Cast, client: Client, tmp_path: Path
) -> None:
    client.force_login(cast.account("citizen"))
    page = client.get(f"/my/licences/{licence.pk}/proofs/").content.decode()
    assert all(name in page for name in FILES) and "openssl dgst -sm3 -verify" in page
    assert f"/my/licences/{licence.pk}/proofs/" in client.get(f"/my/licences/{licence.pk}/").content.decode()
    answers = {name: client.get(f"/my/licences/{licence.pk}/proofs/{name}") for name in FILES}
    assert {answer.status_code for answer in answers.values()} == {200}
    zipfile.ZipFile(io.BytesIO(answers["sm2.zip"].content)).extractall(tmp_path)
    assert (tmp_path / "metadata.json").read_bytes() == answers["metadata.json"].content
    published = client.get("/trust/licence-sm2.pem").content
    assert (tmp_path / "sm2.pem").read_bytes() == published
    done = subprocess.run(bundle.COMMAND.split(), cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == "Verified OK", done.stderr
    said = subprocess.run(["pdfsig", str(tmp_path / "licence.pdf")], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid." in said


def test_strangers_and_officers_find_no_proofs(licence: Licence, cast: Cast) -> None:
    paths = [
        f"/my/licences/{licence.pk}/proofs/",
        *(f"/my/licences/{licence.pk}/proofs/{name}" for name in FILES),
        f"/my/licences/{licence.pk}/share/",
    ]
    for who in ("stranger", "chief", "outsider", "admin", "registrar", "supervisor"):
        client = Client()
        client.force_login(cast.account(who))
        assert {client.get(path).status_code for path in paths} == {404}, who
        assert client.post(paths[-1], {"names": "holder_name"}).status_code == 404
        assert client.post(f"/my/licences/{licence.pk}/credential/").status_code == 404
    assert {Client().get(path).status_code for path in paths} == {302}


def test_sharing_by_the_page_gives_a_text_that_the_public_page_verifies(
    licence: Licence, cast: Cast, client: Client
) -> None:
    client.force_login(cast.account("citizen"))
    address = f"/my/licences/{licence.pk}/share/"
    assert "经营项目" in client.get(address).content.decode()
    refused = client.post(address, {"as": "text"})
    assert refused.status_code == 422
    shown = client.post(address, {"names": ["fields.scope"], "as": "text"})
    text = shown.context["made"]
    assert text in shown.content.decode() and "李梅" not in shown.context["told"]
    posted = {"names": ["holder_name"], "audience": "银行", "nonce": "7Q2", "as": "file"}
    file = client.post(address, posted)
    assert file["Content-Type"] == "application/dc+sd-jwt" and "attachment" in file["Content-Disposition"]
    public = Client()
    page = public.post("/verify/", {"file": SimpleUploadedFile("x.sd-jwt", text.encode())}).content.decode()
    assert "预包装食品销售" in page and licence.number not in page and "李" not in page
    assert public.post("/verify/", {"text": text}).context["finding"].disclosed == (("经营项目", "预包装食品销售"),)
    assert public.post("/verify/", {"text": ""}).context["by_file"].errors["file"]
    page = public.post("/verify/", {"file": SimpleUploadedFile("x.sd-jwt", file.content)}).content.decode()
    assert "银行" in page and "7Q2" in page and "李梅" in page


def test_the_whole_credential_is_downloaded_and_a_bad_wallet_key_keeps_what_was_typed(
    licence: Licence, cast: Cast, client: Client
) -> None:
    client.force_login(cast.account("citizen"))
    address = f"/my/licences/{licence.pk}/credential/"
    assert client.post(address)["Content-Type"] == "application/dc+sd-jwt"
    refused = client.post(address, {"wallet_key": "my key"})
    assert refused.status_code == 422 and "my key" in refused.content.decode()


def test_a_stolen_wallets_credential_is_told_apart_on_the_page(licence: Licence, cast: Cast, client: Client) -> None:
    wallet = jose.make_key()
    key = json.dumps(wallet.export_public(as_dict=True))
    whole = sharing.take_credential(licence_id=licence.pk, wallet_key=key, actor=cast.actor("citizen"), now=NOW)
    shown = credential.present_to(whole, ["fields.scope"], credential.Audience("银行", "7Q2"), wallet, NOW)
    page = client.post("/verify/", {"file": SimpleUploadedFile("x.sd-jwt", shown.encode())})
    assert page.context["finding"].verdict == Verdict.VALID
    stolen = shown[: shown.rindex("~") + 1]
    page = client.post("/verify/", {"file": SimpleUploadedFile("x.sd-jwt", stolen.encode())})
    assert (page.context["finding"].verdict, page.context["finding"].why) == (Verdict.ALTERED, "binding_missing")
    assert "预包装食品销售" not in page.content.decode() and "缺少该密钥的签名" in page.content.decode()


@pytest.mark.parametrize("kind", ["pdf", "sm2", "ofd", "credential"])
@pytest.mark.parametrize(
    ("end", "verdict", "why"),
    [
        (None, Verdict.VALID, ""),
        (revoke, Verdict.REVOKED, "revoked"),
        (cancel, Verdict.REVOKED, "cancelled"),
        (report_lost, Verdict.LOST, "lost"),
    ],
)
def test_every_kind_of_file_tells_what_became_of_the_licence(
    licence: Licence, cast: Cast, kind: str, end: Any, verdict: str, why: str
) -> None:
    content = files_of(licence, cast)[kind]
    if end is not None:
        end(licence_id=licence.pk, reason="隐瞒有关情况取得许可", actor=cast.actor("chief"), now=NOW)
    found = verification.of_file(content, timezone.now())
    assert (found.verdict, found.form) == (verdict, kind) and "register" in found.checked
    assert found.why == (why or ("export" if kind == "ofd" else "intact"))
    assert found.holder == ("" if kind == "credential" else "李*")


def test_a_file_that_names_a_licence_we_do_not_have_is_not_valid(licence: Licence, cast: Cast) -> None:
    content = files_of(licence, cast)
    pair = bundle.read(content["sm2"])
    assert verification.of_file(bundle.write(pair, b""), NOW).verdict == Verdict.VALID
    changed = bundle.Pair(pair.metadata, pair.signature, pair.pdf + b"\n")
    assert verification.of_file(bundle.write(changed, b""), NOW).why == "other_pdf"
    place = credential.Place(f"{proof_keys.trust().issuer}/status-lists/elsewhere", 1)
    facts = metadata.Facts("x", "x", 1, "x", "x", "person", "x", "x", "x", NOW.date(), NOW.date(), None, "x")
    forged = credential.issue(facts, {}, issuer=proof_keys.issuer(NOW), place=place, now=NOW)
    assert verification.of_file(forged.encode(), timezone.now()).why == "not_in_register"


def test_new_keys_sign_and_what_old_ones_signed_stays_valid(licence: Licence, cast: Cast) -> None:
    before = files_of(licence, cast)
    made = CliRunner().invoke(keys_app, ["renew-proof-keys"])
    assert made.exit_code == 0, made.output
    keys = proof_keys.trust()
    offline = from_folder(proof_keys.trust_folder())
    assert len(keys.keys) == len(keys.sm2) == 2 and offline.sm2 == keys.sm2 and offline.keys.keys() == keys.keys.keys()
    after = files_of(licence, cast)
    signed = [jose.header_of(files["credential"].decode().split("~")[0])["kid"] for files in (before, after)]
    assert [keys.keys[kid]["kid"] for kid in signed] == signed and signed[1] == proof_keys.issuer(NOW).key[
        "kid"
    ] != signed[0]
    for file in (*before.values(), *after.values()):
        assert verification.of_file(file, timezone.now()).verdict == Verdict.VALID
    assert Entry.objects.filter(tag="licences:key:made").count() == 4


def test_number_and_identifier_are_verified_without_telling_the_holder(licence: Licence, client: Client) -> None:
    for asked in (licence.number, licence.identifier, licence.identifier.removeprefix("1.2.156.3005.2.")):
        page = client.get("/verify/", {"q": asked}).content.decode()
        assert licence.number in page and "verdict-valid" in page and "李" not in page
        told = client.get("/api/documents/verify", {"q": asked}).json()
        assert told["verdict"] == "valid" and told["holder"] == "" and told["checked"] == ["register", "term"]
    assert "verdict" not in client.get("/verify/", {"q": "JY0"}).content.decode()


def test_what_verifiers_fetch_is_public_fresh_and_open_to_browsers(
    licence: Licence, client: Client, settings: Any
) -> None:
    settings.YITONG_BASE_URL = "https://city.example"
    issuer = client.get("/.well-known/jwt-vc-issuer")
    assert issuer.json()["issuer"] == "https://city.example" and issuer["Access-Control-Allow-Origin"] == "*"
    trust = from_documents(issuer.content, client.get("/trust/licence-sm2.pem").content)
    proof = prove(licence_id=licence.pk, now=NOW)
    address = status_lists.uri_of(proof.status_list)
    answer = client.get(address.removeprefix("https://city.example"))
    assert answer["Content-Type"] == "application/statuslist+jwt" and answer["Cache-Control"] == "public, max-age=60"
    assert jose.verified(answer.content.decode(), trust.keys, kind="statuslist+jwt")["sub"] == address
    assert client.get("/status-lists/nobody").status_code == 404
    kind = client.get(f"/credentials/{licence.type.code}").json()
    assert kind["vct"] == f"https://city.example/credentials/{licence.type.code}" and kind["name"] == licence.type.name
    assert client.get("/credentials/none").status_code == 404


# --- yitong licence verify -------------------------------------------------------------------------------------------------


def told(*arguments: object) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, ["verify", *map(str, arguments), "--json"])
    return done.exit_code, json.loads(done.stdout) if done.stdout.startswith("{") else {"said": done.output}


def test_the_command_knows_every_kind_with_the_register_and_without(
    licence: Licence, cast: Cast, tmp_path: Path, settings: Any
) -> None:
    proof_keys.ensure(NOW)
    seal_keys.ensure_keys(NOW)
    trust = settings.VAR / "trust"
    for kind, content in files_of(licence, cast).items():
        file = tmp_path / kind
        file.write_bytes(content)
        code, answer = told(file)
        assert (code, answer["verdict"], answer["form"], answer["revocation_checked"]) == (0, "valid", kind, True)
        code, answer = told(file, "--trust", trust)
        assert (code, answer["verdict"], answer["form"], answer["revocation_checked"]) == (0, "valid", kind, False)
        assert "valid" in CliRunner().invoke(app, ["verify", str(file)]).output
    revoke(licence_id=licence.pk, reason="隐瞒有关情况取得许可", actor=cast.actor("chief"), now=NOW)
    for kind in ("pdf", "sm2", "ofd", "credential"):
        code, answer = told(tmp_path / kind)
        assert (code, answer["verdict"]) == (1, "revoked"), kind


def test_a_status_list_tells_the_command_of_a_revocation_without_us(
    licence: Licence, cast: Cast, tmp_path: Path, settings: Any
) -> None:
    proof_keys.ensure(NOW)
    file, listed, trust = tmp_path / "c.sd-jwt", tmp_path / "list.jwt", settings.VAR / "trust"
    file.write_bytes(files_of(licence, cast)["credential"])
    proof = prove(licence_id=licence.pk, now=NOW)
    for end, expected in ((None, "valid"), (report_lost, "lost"), (revoke, "revoked")):
        if end is not None:
            end(licence_id=licence.pk, reason="隐瞒有关情况取得许可", actor=cast.actor("chief"), now=NOW)
        listed.write_text(status_lists.token(slug=proof.status_list.slug, now=timezone.now()))
        code, answer = told(file, "--trust", trust, "--status-list", listed)
        assert (code, answer["verdict"], answer["revocation_checked"]) == (int(expected != "valid"), expected, True)
    listed.write_text("not a list")
    code, answer = told(file, "--trust", trust, "--status-list", listed)
    assert code == 2 and "--status-list" in answer["said"]


def test_the_pair_as_loose_files_and_what_is_missing(
    licence: Licence, cast: Cast, tmp_path: Path, settings: Any
) -> None:
    proof_keys.ensure(NOW)
    trust = settings.VAR / "trust"
    zipfile.ZipFile(io.BytesIO(proofs.sm2_bundle(licence, NOW))).extractall(tmp_path)
    signed = tmp_path / "metadata.json"
    code, answer = told(signed, "--trust", trust)
    assert (code, answer["pdf_checked"]) == (0, True)
    (tmp_path / "licence.pdf").rename(tmp_path / "elsewhere.pdf")
    assert told(signed, "--trust", trust)[1]["pdf_checked"] is False
    assert told(signed, "--trust", trust, "--pdf", tmp_path / "elsewhere.pdf")[1]["pdf_checked"] is True
    (tmp_path / "elsewhere.pdf").write_bytes(b"%PDF another")
    code, answer = told(signed, "--trust", trust, "--pdf", tmp_path / "elsewhere.pdf")
    assert (code, answer["verdict"], answer["why"]) == (1, "altered", "other_pdf")
    (tmp_path / "signature.der").unlink()
    code, answer = told(signed, "--trust", trust)
    assert code == 2 and "--signature" in answer["said"]
    assert told(tmp_path / "nothing")[0] == 2
    code, answer = told(signed, "--trust", tmp_path, "--signature", signed)
    assert code == 2 and "--trust" in answer["said"]


def test_a_presentation_for_another_receiver_is_refused(licence: Licence, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "c.sd-jwt"
    who, names = cast.actor("citizen"), ["holder_name"]
    text = sharing.share(
        licence_id=licence.pk, names=names, audience="银行", nonce="7Q2", actor=who, now=timezone.now()
    )
    file.write_text(text)
    assert told(file, "--audience", "银行", "--nonce", "7Q2")[0] == 0
    assert told(file, "--audience", "学校")[1]["why"] == "other_audience"
    assert told(file, "--audience", "银行", "--nonce", "8")[1]["why"] == "other_nonce"
    file.write_text(sharing.share(licence_id=licence.pk, names=names, actor=who, now=timezone.now()))
    code, answer = told(file, "--nonce", "7Q2")
    assert (code, answer["verdict"], answer["why"]) == (1, "altered", "not_bound")
