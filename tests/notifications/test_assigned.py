"""Staff who see assigned clients only are told nothing of another client, and find nothing of one inside (B8)."""

from services.chassis.columns import new_id
from tests.notifications.house import House, User

AGENT = {"role": "agent", "assigned_only": True}


def limit(house: House, user: User) -> None:
    """Let identity say that a member of staff sees assigned clients only."""
    data = {"id": str(user.id), "kind": "staff", "name": user.name, "email": user.email, "accounts": [], "version": 2}
    house.harness.deliver("identity.user.saved.v1", data | AGENT)


def reply(house: House) -> None:
    """Let Ana answer a request that Tomás made."""
    house.deliver("portal.request.replied.v1", {"by": house.ana.person, "created_by": house.tomas.person})


def test_an_answer_is_told_to_who_asked_unless_the_client_is_another_advisers(house: House) -> None:
    house.save_account(house.lucia.id, version=2)
    reply(house)
    assert {address for address, _ in house.told()} == {house.lucia.email, house.tomas.email}  # the control
    before = len(house.messages(to_address=house.tomas.email))
    limit(house, house.tomas)
    reply(house)
    assert len(house.messages(to_address=house.tomas.email)) == before
    assert len(house.messages(to_address=house.lucia.email)) == 2


def test_who_is_limited_hears_of_their_own_clients(house: House) -> None:
    limit(house, house.tomas)
    house.save_account(house.tomas.id, version=2)
    reply(house)
    assert {address for address, _ in house.told()} == {house.tomas.email}


def test_the_inbox_shows_no_line_of_a_client_given_to_somebody_else(house: House) -> None:
    house.save_account(house.tomas.id, version=2)
    reply(house)
    limited, free = (house.browser(house.tomas, assigned_only=flag) for flag in (True, False))
    assert limited.get("/v1/inbox").json["unread"] == 1
    house.save_account(new_id(), version=3)
    assert limited.get("/v1/inbox").json["items"] == []
    assert limited.get("/v1/inbox/count").json["unread"] == 0
    assert len(free.get("/v1/inbox").json["items"]) == 1
