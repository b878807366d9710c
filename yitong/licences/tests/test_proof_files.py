"""The SM2 pair and the OFD export, read by programs that know nothing of ours: openssl, gmalg, ofdkit."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import gmalg
import ofdkit
import pytest
from asn1crypto.core import Integer, Sequence
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yitong.licences.proofs import bundle, jose, metadata, ofd_reading, sm2
from yitong.licences.proofs.examining import Form, Outcome, examine
from yitong.licences.proofs.trust import Trust, from_documents, issuer_document
from yitong.licences.tests.proof_samples import FACTS, ISSUER, KEY, NOW, PDF, SM2, TRUST, export, issued, outcome, pair

# --- SM2 -----------------------------------------------------------------------------------------------------------------


def test_openssl_verifies_the_pair_with_the_very_command_that_is_shown(tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(bundle.write(pair(), sm2.public_pem(SM2.public)))).extractall(tmp_path)
    done = subprocess.run(bundle.COMMAND.split(), cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "Verified OK"), done.stderr
    told = json.loads((tmp_path / bundle.METADATA).read_bytes())["pdf"]
    for command, name in zip(bundle.DIGESTS, ("sha256", "sm3"), strict=True):
        answer = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        assert answer.strip().endswith(told[name])
    content = (tmp_path / bundle.METADATA).read_bytes()
    (tmp_path / bundle.METADATA).write_bytes(content.replace("李梅".encode(), "李海".encode()))
    assert subprocess.run(bundle.COMMAND.split(), cwd=tmp_path, capture_output=True).returncode != 0


def test_another_implementation_of_sm2_agrees_both_ways() -> None:
    class Signature(Sequence):
        _fields = [("r", Integer), ("s", Integer)]

    told = Signature.load(sm2.sign(SM2, b"message"))
    r, s = (told[name].native.to_bytes(32, "big") for name in ("r", "s"))
    other = gmalg.SM2(SM2.private, sm2.SIGNER_ID.encode(), b"\x04" + SM2.public)
    assert other.verify(b"message", r, s) and not other.verify(b"massage", r, s)
    r, s = other.sign(b"theirs")
    der = Signature({"r": int.from_bytes(r, "big"), "s": int.from_bytes(s, "big")}).dump()
    assert sm2.verify(SM2.public, b"theirs", der) and not sm2.verify(SM2.public, b"others", der)


@settings(deadline=None)
@given(st.binary(max_size=90))
def test_junk_is_no_signature_and_raises_nothing(junk: bytes) -> None:
    assert not sm2.verify(SM2.public, b"message", junk)


def test_a_public_key_survives_pem_and_other_keys_are_passed_over() -> None:
    foreign = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = foreign.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert sm2.public_keys(pem + sm2.public_pem(SM2.public)) == {sm2.key_id(SM2.public): SM2.public}
    with pytest.raises(ValueError, match="no SM2 public key"):
        sm2.public_keys(pem)


def test_the_pair_tells_valid_expired_not_yet_altered_and_foreign() -> None:
    good = pair()
    assert outcome(bundle.write(good, b"")) == (Outcome.VALID, "intact")
    assert outcome(bundle.write(pair(pdf=None), b"")) == (Outcome.VALID, "intact")
    assert outcome(bundle.write(replace(good, pdf=PDF + b"\n"), b"")) == (Outcome.ALTERED, "other_pdf")
    changed = good.metadata.replace("李梅".encode(), "王强".encode())
    assert outcome(bundle.write(replace(good, metadata=changed), b"")) == (Outcome.ALTERED, "signature_broken")
    assert outcome(bundle.write(good, b""), now=NOW + timedelta(days=400)) == (Outcome.EXPIRED, "term_ended")
    assert outcome(bundle.write(good, b""), now=NOW - timedelta(days=60)) == (Outcome.NOT_YET, "not_yet")
    stranger = sm2.make_key()
    foreign = Trust(ISSUER, {}, {sm2.key_id(stranger.public): stranger.public})
    assert outcome(bundle.write(good, b""), foreign) == (Outcome.UNKNOWN_ISSUER, "other_key")
    assert outcome(good.metadata) == (Outcome.UNKNOWN_ISSUER, "signature_missing")


def test_a_bundle_is_the_same_bytes_for_the_same_pair_and_huge_zips_are_not_read() -> None:
    good = pair()
    assert bundle.write(good, b"k") == bundle.write(good, b"k")
    assert bundle.read(bundle.write(good, b"k")) == good
    bomb = bundle.zipped({bundle.METADATA: b"0" * (bundle.MOST_BYTES + 1), bundle.SIGNATURE: b""})
    assert len(bomb) < 200_000 and bundle.read(bomb) is None


# --- OFD -----------------------------------------------------------------------------------------------------------------


def test_an_independent_reader_finds_every_line_and_the_notice() -> None:
    content = export()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert names == ["OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml", "Doc_0/Pages/Page_0/Content.xml"]
    with ofdkit.open(content) as document:
        text = document.text()
        assert document.warnings == [] and document.info.title == "食品经营许可证"
        assert [page.box for page in document.pages] == [(0.0, 0.0, 210.0, 297.0)]
    assert "不是原件" in text and "预包装食品 <散装> & 特殊" in text and "防伪码：ABCD" in text


def test_a_long_licence_goes_on_overleaf_and_stays_on_the_paper() -> None:
    content = export([(f"第{number}项", "很长的经营项目" * 30) for number in range(20)])
    with ofdkit.open(content) as document:
        assert len(document.pages) > 3 and document.text().count("很") == 600
        for page in document.pages:
            for run in page.runs:
                assert run.x > 0 and run.x + run.width <= 210 and 0 < run.y < 297
    ids = [
        each.split('"')[0]
        for name, part in bundle.unzipped(content).items()
        for each in part.decode().split(' ID="')[1:]
    ]
    assert len(ids) == len(set(ids))


def test_an_export_that_was_changed_anywhere_is_altered() -> None:
    content = export()
    assert outcome(content) == (Outcome.VALID, "export")
    parts = bundle.unzipped(content) or {}
    for name, old, new in [
        ("Doc_0/Pages/Page_0/Content.xml", "李梅", "王强"),
        ("Doc_0/Document.xml", "297", "300"),
        ("OFD.xml", "食品经营许可证", "烟草专卖许可证"),
        ("OFD.xml", "ABCD", "ABCE"),
        ("OFD.xml", "</ofd:CustomDatas>", '<ofd:CustomData Name="x">y</ofd:CustomData></ofd:CustomDatas>'),
    ]:
        changed = {**parts, name: parts[name].replace(old.encode(), new.encode())}
        assert changed != parts and outcome(bundle.zipped(changed))[0] == Outcome.ALTERED, (name, new)
    assert outcome(bundle.zipped({**parts, "Doc_0/more.xml": b"<x/>"}))[0] == Outcome.ALTERED


def test_other_ofd_files_are_foreign_and_entities_are_not_followed() -> None:
    assert outcome(bundle.zipped({"OFD.xml": b"<OFD/>"})) == (Outcome.UNKNOWN_ISSUER, "other_ofd")
    evil = b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 99 + b'"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    assert ofd_reading.read(bundle.zipped({"OFD.xml": evil})) is None
    assert outcome(bundle.zipped({"OFD.xml": evil}))[0] == Outcome.UNKNOWN_ISSUER


@settings(deadline=None)
@given(st.text(max_size=60))
@example("\ufffe\uffff\ud800\x00\r\n\t<&]]>")
def test_any_text_makes_an_export_that_reads_back_whole(text: str) -> None:
    content = export([("内容", text)])
    assert outcome(content) == (Outcome.VALID, "export")
    with ofdkit.open(content) as document:
        assert document.warnings == []


# --- all of them ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\x03\x04junk", b"%PDF-1.7", b"eyJ", b"{}", "李".encode(), b"\x00" * 99]
)
def test_what_is_none_of_these_forms_is_nobodys(content: bytes) -> None:
    assert examine(content, TRUST, NOW) is None


def test_the_trust_that_is_published_is_the_trust_that_is_believed() -> None:
    document = json.dumps(issuer_document(ISSUER, [jose.public(KEY)])).encode()
    told = from_documents(document, sm2.public_pem(SM2.public))
    assert told.issuer == ISSUER and outcome(issued(), told) == (Outcome.VALID, "intact")
    assert examine(bundle.write(pair(), b""), told, NOW).form == Form.PAIR
    assert "d" not in json.loads(document)["jwks"]["keys"][0]
    for bad in (b"", b"[]", b'{"issuer":"x"}', b'{"issuer":"x","jwks":{"keys":[{"kid":"a"}]}}'):
        with pytest.raises(ValueError, match=r"licence-issuer\.json"):
            from_documents(bad, sm2.public_pem(SM2.public))


def test_metadata_are_canonical() -> None:
    first = metadata.compose(FACTS, PDF, key="k", at=NOW)
    assert first == metadata.compose(FACTS, PDF, key="k", at=NOW)
    assert json.loads(first)["pdf"]["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert json.dumps(json.loads(first), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == first
