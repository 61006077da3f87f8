"""The key with which an installation seals documents, and the certificate that it issues to itself."""

import datetime
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from asn1crypto import x509 as asn1_x509

VALID_FOR = datetime.timedelta(days=365 * 20)
CLOCK_TOLERANCE = datetime.timedelta(hours=1)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve P-256 (NIST SP 800-186, 3.2.1.3)."""
COMMON_NAME_BYTES = 64


@dataclass(frozen=True)
class SealKey:
    """A private key on P-256, loaded once, and its certificate in DER."""

    private: ec.EllipticCurvePrivateKey
    certificate: bytes

    @cached_property
    def asn1(self) -> "asn1_x509.Certificate":
        """Return the certificate as pyHanko takes it."""
        from asn1crypto import x509 as loader

        return loader.Certificate.load(self.certificate)

    def sign(self, data: bytes) -> bytes:
        """Return the ECDSA signature with SHA-256 of `data`.

        Of the two values that are right for every signature, the smaller one is given, and `verification` takes
        no other: otherwise anyone could turn a sealed file into a second one, different and just as valid.
        """
        r, s = decode_dss_signature(self.private.sign(data, ec.ECDSA(hashes.SHA256())))
        return encode_dss_signature(r, min(s, ORDER - s))

    def private_pem(self) -> str:
        """Return the private key as PEM, to be stored sealed."""
        encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        return self.private.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def new_seal_key(firm_name: str, at: datetime.datetime) -> SealKey:
    """Return a new key with a certificate in the firm's name, good for 20 years from `at`."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name(firm_name)),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Electronic seal"),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - CLOCK_TOLERANCE)
        .not_valid_after(at + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(private, hashes.SHA256())
    )
    return SealKey(private, certificate.public_bytes(serialization.Encoding.DER))


def load_seal_key(private_pem: str, certificate: bytes) -> SealKey:
    """Return the key that `SealKey.private_pem` told, with its certificate."""
    private = serialization.load_pem_private_key(private_pem.encode(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError("the seal's key is not one on P-256")
    return SealKey(private, certificate)


def common_name(firm_name: str) -> str:
    """Return the firm's name as a certificate can hold it (at most 64 bytes, RFC 5280, appendix A.1)."""
    whole = firm_name.strip() or "Atrio"
    return whole.encode()[:COMMON_NAME_BYTES].decode(errors="ignore").strip()


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate in hex."""
    return hashlib.sha256(certificate).hexdigest()
