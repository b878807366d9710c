"""What verification says of a file, a code, a number; tampering of every sort."""

from __future__ import annotations

import ctypes
import ctypes.util
import io
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from django.test import Client
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter

from tests.cast import NOW
from yitong.documents import queries
from yitong.documents.commands import lookups, revoke
from yitong.documents.models import Document, LookupCount, SealKey
from yitong.documents.queries import verification
from yitong.documents.queries.verification import Verdict
from yitong.documents.rendering.sheet import About, Rendered, Text, paint
from yitong.documents.seals import certificates, keys, signing, vault
from yitong.parties.actors import system

Make = Callable[..., Document]
SEALED_BY_WORKER = system("seals")


def check(pdf: bytes, now=NOW) -> tuple[str, str]:
    finding = verification.of_pdf(pdf, now)
    return finding.verdict, finding.why


def foreign_signer(now=NOW) -> SimpleSigner:
    """A seal with our department's name under an authority of somebody else's making."""
    authority = certificates.make_authority(now)
    made = certificates.make_seal(
        authority=authority.certificate,
        authority_key=authority.key,
        department="示范市市场监督管理局",
        uscc="x",
        now=now,
        limit=authority.not_after,
    )
    store = SimpleCertificateStore()
    store.register(asn1_x509.Certificate.load(authority.certificate))
    return SimpleSigner(asn1_x509.Certificate.load(made.certificate), asn1_keys.PrivateKeyInfo.load(made.key), store)


def simple_pdf() -> Rendered:
    about = About("t", "a", "s", "yitong; code=AAAABBBBCCCCDDDD", NOW)
    return Rendered(paint([[Text(100, 700, "准予", 20)]], about), 0, (100, 100, 219, 219))


def test_the_original_is_valid_and_shows_the_minimum_with_a_masked_holder(issued: Make) -> None:
    document = issued()
    finding = verification.of_pdf(queries.pdf(document, NOW), NOW)
    assert (finding.verdict, finding.why) == (Verdict.VALID, "intact")
    assert finding.number == document.number and finding.issuer == "示范市市场监督管理局"
    assert finding.holder == "李*"


def test_any_flipped_byte_is_never_valid(issued: Make) -> None:
    pdf = queries.pdf(issued(), NOW)
    for place in range(20, len(pdf) - 20, len(pdf) // 60):
        changed = bytearray(pdf)
        changed[place] ^= 0x01
        assert verification.of_pdf(bytes(changed), NOW).verdict != Verdict.VALID, place


def test_bytes_after_the_seal_make_it_altered(issued: Make) -> None:
    pdf = queries.pdf(issued(), NOW)
    assert check(pdf + b"\n% harmless\n")[0] == Verdict.ALTERED


def test_an_incremental_update_that_repaints_the_page_makes_it_altered(issued: Make) -> None:
    pdf = queries.pdf(issued(), NOW)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(pdf)
    assert check(out.getvalue()) == (Verdict.ALTERED, "changed_after_sealing")


def test_a_second_signature_on_top_makes_it_altered(issued: Make) -> None:
    pdf = queries.pdf(issued(), NOW)
    out = io.BytesIO()
    signer = PdfSigner(PdfSignatureMetadata(field_name="Second"), signer=foreign_signer())
    with pytest.raises(Exception, match="forbids all changes"):
        signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    # pyHanko obeys the certification; somebody who does not would write the update himself.
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = generic.TextStringObject("en")
    writer.update_root()
    writer.write(out)
    assert check(out.getvalue())[0] == Verdict.ALTERED


def test_a_seal_of_another_authority_is_an_unknown_issuer(db: None) -> None:
    keys.ensure_authority(NOW)
    pdf = signing.seal(simple_pdf(), signer=foreign_signer(), department="示范市市场监督管理局", reason="r", now=NOW)
    assert check(pdf) == (Verdict.UNKNOWN_ISSUER, "other_authority")


def test_our_seal_on_a_file_the_register_does_not_know_is_not_valid(issued: Make) -> None:
    queries.pdf(issued(), NOW)
    key = SealKey.objects.exclude(department=None).get()
    pdf = signing.seal(
        simple_pdf(),
        signer=keys.signer_of(key.department_id, NOW),
        department="示范市市场监督管理局",
        reason="r",
        now=NOW,
    )
    assert check(pdf) == (Verdict.UNKNOWN_ISSUER, "not_in_register")


@pytest.mark.parametrize("junk", [b"", b"hello", b"%PDF-1.7\n", b"\x00" * 5000, b"%PDF-1.7 /ByteRange [0 1 2 3] ETSI"])
def test_what_is_no_pdf_is_an_unknown_issuer(db: None, junk: bytes) -> None:
    assert check(junk)[0] == Verdict.UNKNOWN_ISSUER


def test_a_pdf_without_a_seal_says_so(db: None) -> None:
    assert check(simple_pdf().pdf) == (Verdict.UNKNOWN_ISSUER, "no_seal")


def test_a_reprint_through_another_program_loses_the_seal(issued: Make) -> None:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(queries.pdf(issued(), NOW))))
    out = io.BytesIO()
    writer.write(out)
    assert check(out.getvalue())[0] != Verdict.VALID


def test_revoked_and_expired_are_told_apart(issued: Make) -> None:
    document = issued()
    Document.objects.filter(pk=document.pk).update(valid_until=date(2026, 10, 1))
    document = Document.objects.get(pk=document.pk)
    pdf = queries.pdf(document, NOW)
    assert check(pdf, NOW.replace(month=10, day=1, hour=23))[0] == Verdict.VALID
    assert check(pdf, NOW.replace(month=10, day=2, hour=0)) == (Verdict.EXPIRED, "term_ended")
    revoke(document_id=document.pk, reason="以欺骗手段取得", actor=SEALED_BY_WORKER, now=NOW)
    finding = verification.of_pdf(pdf, NOW + timedelta(days=1))
    assert (finding.verdict, finding.revoked_reason) == (Verdict.REVOKED, "以欺骗手段取得")


def test_the_seal_certificate_ends_after_twenty_years(issued: Make) -> None:
    pdf = queries.pdf(issued(), NOW)
    assert check(pdf, NOW.replace(year=NOW.year + 19))[0] == Verdict.VALID
    assert check(pdf, NOW.replace(year=NOW.year + 21)) == (Verdict.EXPIRED, "seal_certificate_ended")


def test_a_code_is_found_in_any_spelling_and_a_number_hides_the_holder(issued: Make) -> None:
    document = issued()
    queries.pdf(document, NOW)
    code = document.code.lower()
    typed = f" {code[:4]}-{code[4:8]} {code[8:12]}-{code[12:]} "
    assert verification.by_code(typed, NOW).holder == "李*"
    assert verification.by_number(document.number, NOW).holder == ""
    assert verification.by_code("A" * 16, NOW) is None
    assert verification.by_number("示市监〔2026〕受字第999999号", NOW) is None


def test_verification_is_limited_by_address_and_forgets(db: None, settings) -> None:
    settings.YITONG_RATE_LIMITS = {**settings.YITONG_RATE_LIMITS, "licence_verify": (3, 60)}
    answers = [lookups.allowed(address="203.0.113.9", now=NOW) for _ in range(4)]
    assert answers == [True, True, True, False]
    assert lookups.allowed(address="203.0.113.10", now=NOW)
    assert lookups.allowed(address="203.0.113.9", now=NOW + timedelta(seconds=60))
    assert not LookupCount.objects.filter(address__contains="203.0").exists()
    assert lookups.forget(now=NOW + timedelta(hours=1)) == 0  # a day's windows are counted in the same table
    assert lookups.forget(now=NOW + timedelta(days=1, minutes=2)) == 3


def test_private_keys_lie_encrypted_and_only_our_secret_opens_them(issued: Make, settings) -> None:
    queries.pdf(issued(), NOW)
    for key in SealKey.objects.all():
        stored = bytes(key.encrypted_key)
        plain = vault.unlock(stored, key.fingerprint.encode())
        assert plain not in stored and b"PRIVATE" not in stored
        with pytest.raises(vault.WrongSecret):
            vault.unlock(stored, b"another row")
        ours, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 50
        with pytest.raises(vault.WrongSecret):
            vault.unlock(stored, key.fingerprint.encode())
        settings.SECRET_KEY = ours


def trust_database(folder: Path, authority: bytes) -> None:
    """An NSS certificate database that trusts ``authority`` (DER), written through NSS itself, as certutil would."""
    library, mime = (ctypes.CDLL(ctypes.util.find_library(name)) for name in ("nss3", "smime3"))
    for function in (mime.CERT_DecodeCertFromPackage, library.PK11_GetInternalKeySlot, library.CERT_GetDefaultCertDB):
        function.restype = ctypes.c_void_p
    assert library.NSS_InitReadWrite(f"sql:{folder}".encode()) == 0
    slot = ctypes.c_void_p(library.PK11_GetInternalKeySlot())
    library.PK11_InitPin(slot, None, b"")
    certificate = ctypes.c_void_p(mime.CERT_DecodeCertFromPackage(authority, len(authority)))
    assert library.PK11_ImportCert(slot, certificate, 0, b"yitong", 0) == 0
    trust = (ctypes.c_uint * 3)()
    assert library.CERT_DecodeTrustString(ctypes.byref(trust), b"CT,C,C") == 0
    changed = library.CERT_ChangeCertTrust(
        ctypes.c_void_p(library.CERT_GetDefaultCertDB()), certificate, ctypes.byref(trust)
    )
    assert changed == 0
    library.CERT_DestroyCertificate(certificate)
    library.PK11_FreeSlot(slot)
    assert library.NSS_Shutdown() == 0


def test_pdfsig_trusts_the_seal_once_it_knows_the_authority(issued: Make, tmp_path: Path) -> None:
    file, folder = tmp_path / "sealed.pdf", tmp_path / "nss"
    folder.mkdir()
    file.write_bytes(queries.pdf(issued(), NOW))
    trust_database(folder, keys.authority_certificate(NOW))
    said = subprocess.run(["pdfsig", "-nssdir", str(folder), str(file)], capture_output=True, text=True, check=True)
    assert "Signature is Valid." in said.stdout
    assert "Certificate is Trusted." in said.stdout


def test_the_pages_verify_by_code_and_by_file(issued: Make, client: Client) -> None:
    document = issued()
    pdf = queries.pdf(document, NOW)
    page = client.get("/verify/", {"q": document.number})
    assert page.status_code == 200 and document.number in page.content.decode()
    upload = io.BytesIO(pdf)
    upload.name = "notice.pdf"
    page = client.post("/verify/", {"file": upload})
    assert (
        "verdict-valid" in page.content.decode()
        and "李*" in page.content.decode()
        and "李梅" not in page.content.decode()
    )
    assert client.get(f"/d/{document.code}").status_code == 200
    assert client.get("/d/AAAAAAAAAAAAAAAA").status_code == 404
    assert "verdict" not in client.get("/verify/", {"q": "没有"}).content.decode().split("</main>")[0].split("<main")[1]


def test_the_limit_answers_429_with_the_time_to_wait(client: Client, db: None, settings) -> None:
    settings.YITONG_RATE_LIMITS = {**settings.YITONG_RATE_LIMITS, "licence_verify": (2, 60)}
    answers = [client.get("/d/AAAAAAAAAAAAAAAA") for _ in range(3)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert answers[-1]["Retry-After"] == "60"


def test_the_authority_can_be_downloaded_and_is_explained(client: Client, db: None) -> None:
    pem = client.get("/trust/ca.pem")
    assert pem.content.startswith(b"-----BEGIN CERTIFICATE-----") and b"PRIVATE" not in pem.content
    assert certificates.described(keys.authority_certificate(NOW)).fingerprint in client.get("/trust/").content.decode()
