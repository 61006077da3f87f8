"""Staff who look at the portal as a client sees it, for tests."""

from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from services.chassis.testing.harness import Browser
from services.identity.passwords import hashing
from services.identity.staff.actions import create_staff
from services.identity.users.addresses import email_hash
from services.identity.users.queries import find
from tests.identity.house import PASSWORD, House

LUCIA = "lucia@firm.example"


def make_staff(house: House, role: str = "agent", email: str = LUCIA) -> UUID:
    """Make an active member of staff with the usual password; return the id."""
    runtime = house.harness.runtime
    with runtime.database.unit_of_work() as session:
        create_staff(
            session,
            runtime.sealer,
            runtime.settings.public_url,
            email=email,
            name="Lucía Marín",
            role=role,
            locale="en",
            timezone="UTC",
            password_hash=hashing.hash_password(PASSWORD),
        )
        user = find(session, "staff", email_hash(email))
        assert user
        return user.id


class Desk:
    """A member of staff who is signed in, and views as clients."""

    def __init__(self, house: House, role: str = "agent", email: str = LUCIA, **claims: Any) -> None:
        self.house, self.id, self.claims = house, make_staff(house, role, email), claims
        self.session = house.sign_in(email=email, kind="staff")

    def staff(self, *permissions: str, **claims: Any) -> Browser:
        """Return the member of staff at a service, as one who has a second factor."""
        sid = self.house.exchange(self.session).json["session_id"]
        permissions = permissions or ("clients.read", "clients.view_as")
        return self.house.harness.staff(*permissions, id=self.id, sid=sid, **self.claims | claims)

    def view(self, user_id: str, account_id: str, **claims: Any) -> TestResponse:
        """Begin to view as a person in an account."""
        return self.staff(**claims).post(f"/v1/users/{user_id}/view", json={"account_id": account_id})
