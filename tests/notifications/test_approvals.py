"""Who is told of approvals (B25)."""

from typing import Any

import pytest

from tests.notifications.house import House
from tests.notifications.test_people import ANA, LUCIA


def decided(house: House, status: str, side: str) -> None:
    by = house.ana.person if side == "client" else house.lucia.person
    more: dict[str, Any] = {"status": status, "side": side, "by": by, "decided_by": by}
    house.deliver("documents.document.approval_decided.v1", more | {"reason": "It is last year's."})


def test_the_client_is_asked(house: House) -> None:
    house.deliver("documents.document.approval_asked.v1", {"by": house.lucia.person, "note": "Page 3, please."})
    assert house.told() == {(ANA, "approval_asked")}
    house.send()
    (mail,) = house.captured()
    assert "Page 3, please." in mail["text"]


@pytest.mark.parametrize(
    ("status", "side", "told"),
    [
        ("approved", "client", (LUCIA, "document_approved")),
        ("rejected", "client", (LUCIA, "document_rejected")),
        ("approved", "firm", (ANA, "upload_approved")),
        ("rejected", "firm", (ANA, "upload_rejected")),
    ],
)
def test_the_other_side_is_told_and_why(house: House, status: str, side: str, told: tuple[str, str]) -> None:
    decided(house, status, side)
    assert house.told() == {told}
    house.send()
    (mail,) = house.captured()
    assert ("last year" in mail["text"]) == (status == "rejected")
