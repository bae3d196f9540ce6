"""Certificates made for one test run: an authority of our own, and servers that are wrong in one way each."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Authority:
    """A certificate authority whose root the crawler is told to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self._root = self._sign(self._name, self._key, days=30, authority=True)
        self.root_file = folder / "root.pem"
        self.root_file.write_bytes(self._root.public_bytes(serialization.Encoding.PEM))

    def client(self) -> ssl.SSLContext:
        """Return what the crawler makes by itself, with our root for the system's."""
        from spiders.engine.connecting import make_tls_context

        context = make_tls_context()
        context.load_verify_locations(self.root_file)
        return context

    def server(self, *hosts: str, expired: bool = False, self_signed: bool = False) -> ssl.SSLContext:
        """Return a server's context with a certificate for `hosts` (addresses or names)."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test server")])
        certificate = self._sign(
            name,
            key,
            days=30,
            start=LONG_AGO if expired else None,
            hosts=hosts,
            issuer=None if not self_signed else name,
        )
        where = self._folder / f"server-{id(key)}.pem"
        where.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(where)
        return context

    def _sign(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        days: int,
        start: datetime | None = None,
        hosts: tuple[str, ...] = (),
        issuer: x509.Name | None = None,
        authority: bool = False,
    ) -> x509.Certificate:
        begins = start or datetime.now(UTC) - timedelta(days=1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer or self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if hosts:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False
            )
        return builder.sign(self._key if issuer is None else key, hashes.SHA256())


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
