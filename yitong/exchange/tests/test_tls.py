"""Whose certificates connectors trust: those of the usual authorities, and of the city's own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from yitong.exchange.models import Call, Circuit
from yitong.exchange.providers import wire
from yitong.exchange.rules.answers import NoAnswer, Outcome
from yitong.exchange.tests.test_wire import asked
from yitong.exchange.upstream.server import Standin, listen
from yitong.site.env import BadSetting, certificates


class Authority:
    """Signs certificates; ``pem``: its own."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._signed(self.name, self.key, x509.BasicConstraints(ca=True, path_length=0))
        self.pem = self.certificate.public_bytes(Encoding.PEM).decode()

    def server(self, folder: Path, address: str) -> ssl.SSLContext:
        """A server's side, with a certificate for the address."""
        key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
        alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        file = folder / "server.pem"
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + self._signed(name, key, alternative).public_bytes(Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _signed(self, name: x509.Name, key: Any, extension: Any) -> x509.Certificate:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(issuer_name=self.name, subject_name=name, public_key=key.public_key())
        made = made.serial_number(x509.random_serial_number()).add_extension(extension, critical=True)
        made = made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
        return made.sign(self.key, hashes.SHA256())


@pytest.fixture(scope="module")
def city() -> Authority:
    return Authority("示范市政务外网根证书")


@pytest.fixture
def standin(city: Authority, tmp_path: Path, settings: Any) -> Iterator[Standin]:
    """The stand-in behind TLS, with a certificate of the city's authority."""
    with listen(0) as listener:
        listener.setblocking(True)
        server = Standin(listener)
        server.socket = city.server(tmp_path, "127.0.0.1").wrap_socket(listener, server_side=True)
        settings.YITONG_STANDIN_URL = f"https://127.0.0.1:{server.socket.getsockname()[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        wire.client.cache_clear()
        yield server
        wire.client.cache_clear()
        server.shutdown()
        server.socket.close()
    thread.join(10)


def test_a_register_with_a_certificate_of_the_citys_authority_is_asked(
    city: Authority, standin: Standin, settings: Any
) -> None:
    settings.YITONG_CONNECTOR_CA = Authority("另一个").pem + city.pem
    assert asked(timeout=5).payload is not None and standin.asked["degree"] == 1


@pytest.mark.parametrize("trusted", ["", "another"])
def test_a_certificate_of_another_authority_is_not_trusted_and_nothing_is_sent(
    standin: Standin, settings: Any, trusted: str
) -> None:
    settings.YITONG_CONNECTOR_CA = Authority("示范市政务外网根证书").pem if trusted else ""
    with pytest.raises(NoAnswer) as told:
        asked(timeout=5)
    assert (told.value.code, told.value.again) == ("untrusted", False) and standin.asked["degree"] == 0


def test_the_usual_authorities_are_trusted_as_well(city: Authority, settings: Any) -> None:
    usual = httpx.create_ssl_context(trust_env=False).get_ca_certs(binary_form=True)
    settings.YITONG_CONNECTOR_CA = city.pem
    found = wire._trust().get_ca_certs(binary_form=True)
    assert len(usual) > 50 and set(found) == {*usual, city.certificate.public_bytes(Encoding.DER)}


@pytest.mark.django_db
def test_a_look_up_says_that_the_certificate_is_not_trusted(exchange: Any, standin: Standin) -> None:
    found = exchange.look_up()
    assert (found.outcome, found.reason.code) == (Outcome.UNAVAILABLE, "untrusted")
    result = Call.objects.get(pk=found.call_id).result
    assert (result.code, result.attempts) == ("untrusted", 1)
    assert Circuit.objects.get(connector__code="degree").failures == 1


def test_the_file_of_certificates_is_read_or_stops_the_start(
    city: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, name = tmp_path / "ca.pem", "YITONG_CONNECTOR_CA"
    monkeypatch.setenv(name, "")
    assert certificates(name) == ""
    monkeypatch.setenv(name, str(file))
    file.write_text(f"# 政务外网根证书\n{city.pem}", encoding="utf-8")
    assert city.pem in certificates(name)
    for content in (b"", "证书".encode(), city.pem[:200].encode(), None):
        file.write_bytes(content) if content is not None else file.unlink()
        with pytest.raises(BadSetting, match=name):
            certificates(name)
