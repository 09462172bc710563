"""The gateway's TLS: an authority and certificates made at the start, their keys in memory alone.

Whoever starts an emulator asks it for the authority's certificate and trusts that. A certificate
names the host that a client asks for, since the emulator's own names have any number of parts
(`abc.lambda-url.us-east-1.localhost.localstack.cloud`) and a wildcard stands for one.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from zope.interface import implementer

from harness import wire

from .network import is_our_name

# Good at every time that the clock may jump to; the keys end with the process.
_FROM: Final = datetime(2000, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_NAMES_KEPT: Final = 256


class Authority:
    """Signs certificates for the emulator's hosts; its key is nowhere but here."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("aws-pattern-harness emulator")
        self._certificate = self._signed(
            _builder(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
        )

    @property
    def pem(self) -> str:
        """The certificate that clients are to trust."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def context_for(self, names: Iterable[str]) -> SSL.Context:
        """Return what a server needs to show a certificate.

        Args:
            names: Host names and addresses that it is for.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(
            _builder(_named("emulator"), key.public_key())
            .add_extension(x509.SubjectAlternativeName([_host(name) for name in names]), False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        )
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.use_privatekey(key)
        context.use_certificate(certificate)
        return context

    def _signed(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        public = self._key.public_key()
        return (
            builder.issuer_name(self._name)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False)
            .sign(self._key, hashes.SHA256())
        )


@implementer(IOpenSSLServerConnectionCreator)
class Connections:
    """Makes the gateway's TLS connections, each with the certificate of the host asked for.

    Args:
        authority: Who signs the certificates.
    """

    def __init__(self, authority: Authority) -> None:
        self._usual = authority.context_for(_usual_names())
        self._usual.set_tlsext_servername_callback(self._choose)
        self._for_name = lru_cache(_NAMES_KEPT)(lambda name: authority.context_for([name]))

    def serverConnectionForTLS(self, protocol: Any) -> SSL.Connection:  # noqa: N802  # Twisted's
        """Return a connection; Twisted's name for it."""
        return SSL.Connection(self._usual, None)

    def _choose(self, connection: SSL.Connection) -> None:
        name = (connection.get_servername() or b"").decode("ascii", errors="replace").lower()
        if is_our_name(name) and name not in _usual_names():
            with contextlib.suppress(ValueError):  # no host name: the client refuses the usual one
                connection.set_context(self._for_name(name))


def _usual_names() -> frozenset[str]:
    """Return the hosts under which the gateway is addressed as a whole."""
    further = os.environ.get(wire.ALLOWED_HOSTS, "").split(",")
    return wire.LOOPBACK_NAMES | {name.strip().lower() for name in further if name.strip()}


def _builder(subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


@cache
def authority() -> Authority:
    """Return the emulator's authority; the first call makes it, and puts down its certificate."""
    made = Authority()
    Path(os.environ[wire.STATE_DIR], wire.AUTHORITY_FILE).write_text(made.pem)
    return made
