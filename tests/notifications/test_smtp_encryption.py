"""Encryption on the way to the mail server: taken where offered, demanded and verified where the setting says so."""

import datetime
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.chassis import clock
from tests.notifications.house import House
from tests.notifications.smtp_server import SmtpServer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of `localhost` that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(clock.now() - day)
        .not_valid_after(clock.now() + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    """What a server needs to speak TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def status_after_sending(house: House) -> str:
    house.share()
    house.send()
    (message,) = house.messages()
    return message.status


def test_encryption_is_taken_where_it_is_offered(open_house: Callable[..., House], context: ssl.SSLContext) -> None:
    with SmtpServer(tls_context=context, require_starttls=True) as server:
        assert status_after_sending(open_house(ATRIO_MAIL=server.url)) == "delivered"


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
@pytest.mark.parametrize("trusted", [True, False])
def test_a_demanded_encryption_is_verified(
    open_house: Callable[..., House],
    context: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    trusted: bool,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    options = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context}
    with SmtpServer(**options) as server:
        house = open_house(ATRIO_MAIL=f"{scheme}://localhost:{server.port}")
        assert status_after_sending(house) == ("delivered" if trusted else "temporary_failure")
        assert len(server.mails) == trusted
        assert trusted or "CERTIFICATE_VERIFY_FAILED" in (house.messages()[0].last_error or "")


def test_a_server_without_encryption_gets_no_mail_where_it_is_demanded(
    open_house: Callable[..., House], smtp: SmtpServer
) -> None:
    house = open_house(ATRIO_MAIL=f"smtp+starttls://127.0.0.1:{smtp.port}")
    assert status_after_sending(house) == "temporary_failure"
    assert smtp.mails == []


@pytest.mark.parametrize(("password", "status"), [("open%20sesame", "delivered"), ("wrong", "temporary_failure")])
def test_signing_in(
    open_house: Callable[..., House],
    context: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    status: str,
) -> None:
    def check(
        _server: object, _session: object, _envelope: object, _mechanism: object, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data.password == b"open sesame", handled=False)

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with SmtpServer(tls_context=context, authenticator=check, auth_required=True) as server:
        house = open_house(ATRIO_MAIL=f"smtp+starttls://portal:{password}@localhost:{server.port}")
        assert status_after_sending(house) == status
