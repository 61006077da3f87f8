"""Who is told of cases: the other side, whoever gets one, and the managers of one that is late (S41, B21)."""

from tests.notifications.house import House


def test_a_clients_case_is_told_to_the_firm_and_an_answer_to_the_client(house: House) -> None:
    house.deliver("portal.case.opened.v1", {"by": house.ana.person})
    assert {kind for _address, kind in house.told()} == {"case_received"}
    house.deliver("portal.case.commented.v1", {"by": house.lucia.person})
    assert (house.ana.email, "case_answered") in house.told()
    house.deliver("portal.case.commented.v1", {"by": house.ana.person})
    assert "case_reply_received" in {kind for _address, kind in house.told()}


def test_a_client_is_not_told_of_a_status_that_it_does_not_see(house: House) -> None:
    closed = {"by": house.lucia.person, "status": "closed", "old_status": "open"}
    house.deliver("portal.case.status_changed.v1", closed | {"shown_to_clients": ["title"]})
    assert house.told() == set()
    house.deliver("portal.case.status_changed.v1", closed | {"shown_to_clients": ["title", "status"]})
    assert (house.ana.email, "case_closed") in house.told()  # the control


def test_who_gets_a_case_is_told_and_managers_of_one_that_is_late(house: House) -> None:
    house.deliver("portal.case.assigned.v1", {"by": house.lucia.person, "assignee_id": str(house.tomas.id)})
    assert house.told() == {(house.tomas.email, "case_assigned")}
    house.deliver("portal.case.escalated.v1", {"assignee_id": str(house.tomas.id)})
    late = {address for address, kind in house.told() if kind == "case_answer_overdue"}
    assert late >= {house.tomas.email, house.lucia.email}
    house.deliver("portal.case.escalated.v1", {"assignee_id": None, "target": "resolution"})
    assert "case_solution_overdue" in {kind for _address, kind in house.told()}
