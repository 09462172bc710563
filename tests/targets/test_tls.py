"""An emulator serves https where it serves http, under certificates of its own authority."""

from __future__ import annotations

import re
import socket
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from harness import wire
from harness.observe.http import http_client

HOSTS = [
    "127.0.0.1",
    "localhost",
    "localhost.localstack.cloud",
    "queues.localhost",
    "abc123.lambda-url.eu-west-1.localhost.localstack.cloud",
]


@pytest.fixture
def greeted(emulator):
    """Opens a TLS connection as a client that asks for a host; returns the certificate it saw."""
    context = ssl.create_default_context(cafile=emulator.certificate_authority)

    def connect(host):
        with (
            socket.create_connection((emulator.host, emulator.port)) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            return secure.getpeercert()

    return connect


@pytest.mark.parametrize("host", HOSTS)
def test_the_emulators_names_have_certificates(greeted, host):
    assert host in [name for _, name in greeted(host)["subjectAltName"]]


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", "sqs.amazonaws.com"])
def test_it_has_none_for_other_peoples_names(greeted, host):
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        greeted(host)


def test_nobody_trusts_it_without_its_authority(emulator):
    context = ssl.create_default_context()
    with (
        socket.create_connection((emulator.host, emulator.port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


def test_keys_are_in_no_file(emulator):
    state = Path(emulator.certificate_authority).parent
    files = [file for file in state.rglob("*") if file.is_file()]
    assert Path(emulator.certificate_authority) in files
    holding = [file for file in files if b"PRIVATE KEY" in file.read_bytes()]
    assert holding == []


def test_the_control_api_tells_the_authority(emulator):
    told = emulator._told(wire.AUTHORITY_PATH)["certificate"]
    assert told == Path(emulator.certificate_authority).read_text()
    assert re.fullmatch(r"-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n", told)


def test_certificates_are_good_whatever_the_clock_says(greeted, emulator):
    for certificate in (greeted("localhost"), greeted("queues.localhost")):
        until = ssl.cert_time_to_seconds(certificate["notAfter"])
        since = ssl.cert_time_to_seconds(certificate["notBefore"])
        assert timedelta(seconds=until - since) > timedelta(days=365 * 1000)
    authority = x509.load_pem_x509_certificate(Path(emulator.certificate_authority).read_bytes())
    assert authority.not_valid_after_utc.year == 9999


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_addresses_are_called_as_they_say(emulator, scheme):
    with http_client(emulator.endpoint_url, emulator.certificate_authority) as http:
        answer = http.get(f"{scheme}://localhost{wire.INFO_PATH}")
    assert answer.status_code == 200
    assert answer.request.url.scheme == scheme
