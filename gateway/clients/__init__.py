"""Typed clients of the services. A view asks one question: `clients().portal.home()`.

Answers are the services' JSON as dictionaries. Lists come as `Page`, so that `page.rows` is never `dict.items`.
Every method raises `services.chassis.problems.Problem`: the service's own, or 503 where it does not answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from flask import current_app, g

from gateway.clients.cases import CasesClient
from gateway.clients.client_lists import ClientListsClient
from gateway.clients.conversations import ConversationsClient
from gateway.clients.documents import DocumentsClient
from gateway.clients.events import EventsClient
from gateway.clients.folders import FoldersClient
from gateway.clients.identity import IdentityClient, SignInClient
from gateway.clients.notifications import NotificationsClient
from gateway.clients.portal import PortalClient
from gateway.clients.previews import PreviewsClient
from gateway.clients.privacy import PrivacyClient
from gateway.clients.quarantine import QuarantineClient
from gateway.clients.requests import RequestsClient
from gateway.clients.retention import RetentionClient
from gateway.clients.reviews import ReviewLinksClient, ReviewsClient
from gateway.clients.security import SecurityClient
from gateway.clients.sharing import HeldLinksClient, SharingClient
from gateway.clients.signing import SigningClient
from gateway.clients.staff import StaffClient
from gateway.clients.transport import Caller, Json, Page
from gateway.settings import SERVICES, GatewaySettings
from services.chassis.http_client import ServiceClient
from services.chassis.secrets import ServiceKey
from services.chassis.service_tokens import ServiceTokens

__all__ = ["Clients", "Json", "Page", "Upstreams", "clients", "upstreams"]

EXTENSION = "atrio-upstreams"


class Upstreams:
    """The pooled connections of the process to the services, shared by all requests."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._connections = {name: ServiceClient(settings.url_of(name)) for name in SERVICES}
        self._settings = settings

    @cached_property
    def _tokens(self) -> ServiceTokens:
        return ServiceTokens("gateway", ServiceKey(self._settings.key), self._connections["identity"])

    @cached_property
    def sign_in(self) -> SignInClient:
        """Identity as the gateway itself calls it, with its own service token: before anyone is signed in."""
        return SignInClient(self.caller("identity", lambda: self._tokens.token_for("identity")))

    @cached_property
    def review_links(self) -> ReviewLinksClient:
        """Portal as the gateway itself calls it, for people who rate the service without signing in."""
        return ReviewLinksClient(self.caller("portal", lambda: self._tokens.token_for("portal")))

    @cached_property
    def held_links(self) -> HeldLinksClient:
        """Documents as the gateway itself calls it, for people who hold a link and have no account."""
        return HeldLinksClient(self.caller("documents", lambda: self._tokens.token_for("documents")))

    def caller(self, service: str, token: Callable[[], str] | None) -> Caller:
        """Return what calls `service` with the bearer token that `token` gives."""
        return Caller(self._connections[service], token)


@dataclass
class Clients:
    """All services as one visitor may call them; without a passport, as anyone may."""

    upstreams: Upstreams
    passport: str | None

    def _caller(self, service: str) -> Caller:
        passport = self.passport
        return self.upstreams.caller(service, (lambda: passport) if passport else None)

    @property
    def identity(self) -> IdentityClient:
        return IdentityClient(self._caller("identity"))

    @property
    def security(self) -> SecurityClient:
        """Identity, for one's own credentials."""
        return SecurityClient(self._caller("identity"))

    @property
    def staff(self) -> StaffClient:
        """Identity, for the firm's own people."""
        return StaffClient(self._caller("identity"))

    @property
    def portal(self) -> PortalClient:
        return PortalClient(self._caller("portal"))

    @property
    def lists(self) -> ClientListsClient:
        """Portal, for the list of clients: tags, imports, exports."""
        return ClientListsClient(self._caller("portal"))

    @property
    def conversations(self) -> ConversationsClient:
        """Portal, for the threads between client and firm."""
        return ConversationsClient(self._caller("portal"))

    @property
    def quarantine(self) -> QuarantineClient:
        """Documents, for what the virus check held back."""
        return QuarantineClient(self._caller("documents"))

    @property
    def reviews(self) -> ReviewsClient:
        """Portal, for reviews and for mails to the firm."""
        return ReviewsClient(self._caller("portal"))

    @property
    def privacy(self) -> PrivacyClient:
        """Portal, for the data of a client as a whole."""
        return PrivacyClient(self._caller("portal"))

    @property
    def requests(self) -> RequestsClient:
        """Portal, for the parts of requests, their templates and series, and those to many clients."""
        return RequestsClient(self._caller("portal"))

    @property
    def cases(self) -> CasesClient:
        """Portal, for cases and the answers kept ready."""
        return CasesClient(self._caller("portal"))

    @property
    def documents(self) -> DocumentsClient:
        return DocumentsClient(self._caller("documents"))

    @property
    def sharing(self) -> SharingClient:
        """Documents, for links and locks."""
        return SharingClient(self._caller("documents"))

    @property
    def folders(self) -> FoldersClient:
        """Documents, for folders and what puts documents in order."""
        return FoldersClient(self._caller("documents"))

    @property
    def previews(self) -> PreviewsClient:
        """Documents, page by page, with what is approved, and several as one zip."""
        return PreviewsClient(self._caller("documents"))

    @property
    def retention(self) -> RetentionClient:
        """Documents, for the rules by which they are deleted for good."""
        return RetentionClient(self._caller("documents"))

    @property
    def signing(self) -> SigningClient:
        return SigningClient(self._caller("signing"))

    @property
    def notifications(self) -> NotificationsClient:
        return NotificationsClient(self._caller("notifications"))

    def events(self, service: str) -> EventsClient:
        """Return what `service` tells of its events."""
        return EventsClient(self._caller(service))


def upstreams() -> Upstreams:
    """Return the connections of the running app."""
    found: Upstreams = current_app.extensions[EXTENSION]
    return found


def clients() -> Clients:
    """Return the services as the visitor of the present request may call them.

    Not kept for the request: what is asked before the visitor is known would leave them without a passport.
    """
    visitor = g.get("visitor")
    return Clients(upstreams(), visitor.passport if visitor else None)
