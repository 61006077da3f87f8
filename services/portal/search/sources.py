"""All that is searched, in the order in which it is shown. A new thing to find is one line here."""

from collections.abc import Callable

from services.chassis.auth import Caller
from services.contracts.client_roles import ROLES, SIGNS, WORKS
from services.portal.search import clients, matters, people, records
from services.portal.search.entries import Source


def _open_to(*roles: str, staff: str | None = None) -> Callable[[Caller], bool]:
    """Return who is to ask a source: staff with a permission, clients of these roles."""
    return lambda caller: bool(staff and caller.can(staff)) or (caller.is_client and caller.role in roles)


SOURCES = (
    Source("client", _open_to(staff="clients.read"), clients.accounts),
    Source("contact", _open_to(staff="clients.read"), clients.contacts),
    Source("field", _open_to(staff="clients.read"), clients.field_values),
    Source("tag", _open_to(staff="clients.read"), clients.tags),
    Source("request", _open_to(*WORKS, staff="requests.read"), records.requests),
    Source("sign_request", _open_to(*SIGNS, staff="signing.read"), records.sign_requests),
    Source("document", _open_to(*WORKS, staff="documents.read"), records.documents),
    Source("conversation", _open_to(*WORKS, staff="requests.read"), matters.conversations),
    Source("review", _open_to(staff="requests.read"), records.reviews),
    Source("case", _open_to(*WORKS, staff="requests.read"), matters.cases),
    Source("announcement", _open_to(staff="settings.write"), people.announcements),
    Source("announcement", _open_to(*ROLES), people.own_announcements),
    Source("staff", _open_to(*ROLES), people.firm_people),
    Source("contact", _open_to(*ROLES), people.colleagues),
)

KINDS = tuple(dict.fromkeys(source.kind for source in SOURCES))
"""What a search may be narrowed to."""
