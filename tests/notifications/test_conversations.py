"""Who is told of conversations: the other side of a message, the assignee, who is mentioned; of a note nobody else."""

from typing import Any

from tests.notifications.house import House


def written(house: House, by: Any, **more: Any) -> None:
    data = {"by": by.person, "started_by": house.ana.person, "excerpt": "¿Cómo se deduce?", "assignee_id": None}
    house.deliver("portal.message.posted.v1", data | more)


def told(house: House, *kinds: str) -> set[tuple[str, str]]:
    return {(address, kind) for address, kind in house.told() if not kinds or kind in kinds}


def test_the_other_side_is_told_of_each_message(house: House) -> None:
    house.save_account(house.tomas.id, version=2)
    written(house, house.ana)
    assert told(house) == {(house.tomas.email, "conversation_message_received")}
    written(house, house.tomas)
    assert (house.ana.email, "conversation_message") in told(house)
    house.send()
    assert all("¿Cómo se deduce?" in mail["text"] for mail in house.captured())
    assert len(house.captured()) == 2


def test_the_first_message_is_told_like_any_other(house: House) -> None:
    house.deliver("portal.conversation.started.v1", {"by": house.lucia.person, "started_by": house.lucia.person})
    assert told(house) == {(house.ana.email, "conversation_message")}


def test_who_looks_after_it_is_told_instead_of_the_adviser(house: House) -> None:
    house.save_account(house.lucia.id, version=2)
    written(house, house.ana, assignee_id=str(house.tomas.id))
    assert told(house) == {(house.tomas.email, "conversation_message_received")}


def test_the_assignee_and_the_mentioned_are_told_by_name_alone(house: House) -> None:
    by = {"by": house.lucia.person}
    house.deliver("portal.conversation.assigned.v1", by | {"assignee_id": str(house.tomas.id)})
    house.deliver("portal.message.mentioned.v1", by | {"user_ids": [str(house.tomas.id), str(house.lucia.id)]})
    assert told(house) == {
        (house.tomas.email, "conversation_assigned"),
        (house.tomas.email, "conversation_mention"),
    }


def test_a_closed_one_is_told_and_one_opened_without_a_word(house: House) -> None:
    house.deliver("portal.conversation.closed.v1", {"by": house.lucia.person})
    assert told(house) == {(house.ana.email, "conversation_closed")}
    house.save_account(house.tomas.id, version=2)
    house.deliver("portal.conversation.reopened.v1", {"by": house.ana.person, "message_id": None, "assignee_id": None})
    house.deliver("portal.conversation.reopened.v1", {"by": house.lucia.person, "message_id": None})
    assert told(house, "conversation_reopened") == {(house.tomas.email, "conversation_reopened")}
