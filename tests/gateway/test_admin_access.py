"""Inviting a client's people to the portal (S1 to S4), and shutting them out."""

import pytest

from tests.gateway.conftest import Visitor
from tests.gateway.directory import ANA, JOAQUIM, MARTA, PILAR, USER, account, contact, move_in
from tests.gateway.house import ACCOUNT, House, problem
from tests.gateway.test_admin_clients import RECORD, body_of, text_of

INVITE = f"{RECORD}/invite"
INVITATIONS = f"/portal/v1/accounts/{ACCOUNT}/invitations"


@pytest.fixture(autouse=True)
def directory(house: House) -> House:
    return move_in(house)


@pytest.mark.feature("S1")
def test_the_more_menu_leads_to_the_dialog(staff: Visitor) -> None:
    page = staff.get(RECORD).text
    menu = page[page.index("head-actions") :]
    assert "More" in menu
    assert f'<a href="{INVITE}?path={RECORD}" data-dialog>' in menu
    assert "Invite to portal" in menu


@pytest.mark.feature("S2")
def test_the_gear_beside_the_portal_status_opens_the_same_dialog(staff: Visitor) -> None:
    page = staff.get(f"{RECORD}?tab=profile").text
    status = page[page.index("<dt>Portal status</dt>") :][:700]
    assert f'class="gear" href="{INVITE}?path=' in status
    assert "data-dialog" in status


@pytest.mark.feature("S3")
def test_the_dialog_lists_the_client_and_its_people_each_with_its_state(staff: Visitor) -> None:
    page = staff.get(INVITE)
    words = text_of(page)
    for part in (
        "Talleres Acosta, S.L. no e-mail of its own",
        "Ana Acosta ana@talleres-acosta.example · Owner Active",
        "tick to send a new link Invited",
        "Pilar Soto pilar@talleres-acosta.example · Member Not invited",
        "check the address, then tick to send it again Mail came back",
    ):
        assert part in words, part
    boxes = [person for person in (ANA, JOAQUIM, PILAR, MARTA) if f'value="{person}"' in page.text]
    assert boxes == [JOAQUIM, PILAR, MARTA]  # who signs in already has no box
    assert '<button class="btn btn-primary" data-busy>Save</button>' in page.text


def test_in_an_open_dialog_the_page_comes_without_its_frame(staff: Visitor) -> None:
    page = staff.get(INVITE, headers={"X-Dialog": "1"}).text
    assert page.lstrip().startswith('<div class="dialog-head">')
    assert 'name="csrf_token"' in page


@pytest.mark.feature("S4")
def test_saving_invites_everyone_ticked_and_says_who_was_mailed(staff: Visitor, house: House) -> None:
    answer = staff.post(INVITE, {"contact_ids": [PILAR, JOAQUIM, MARTA], "path": RECORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, RECORD)
    assert body_of(house, "POST", INVITATIONS) == {"contact_ids": [PILAR]}
    # Those who hold a link get a new one.
    assert len(house.called("POST", f"/identity/v1/users/{USER}/invitations")) == 2
    assert "Invitations are on their way to Joaquim Ribeiro, Marta Gil and Pilar Soto." in text_of(staff.get(RECORD))


def test_nobody_ticked_is_an_error_beside_the_list(staff: Visitor, house: House) -> None:
    page = staff.post(INVITE)
    assert page.status_code == 422
    assert '<a href="#f-contact_ids">' in page.text
    assert "Tick at least one person." in page.text
    assert not house.called("POST", INVITATIONS)


def test_only_people_of_this_client_can_be_ticked(staff: Visitor, house: House) -> None:
    staff.post(INVITE, {"contact_ids": [PILAR, "0192a000-0000-7000-8000-00000000ffff", "x"]})
    assert body_of(house, "POST", INVITATIONS) == {"contact_ids": [PILAR]}


def test_the_client_itself_can_be_ticked_and_becomes_a_contact_person(staff: Visitor, house: House) -> None:
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(email="info@acosta.example", contacts=[])
    assert 'value="client"' in staff.get(INVITE).text
    staff.post(INVITE, {"contact_ids": ["client"]})
    made = body_of(house, "POST", f"/portal/v1/accounts/{ACCOUNT}/contacts")
    assert made == {"name": "Talleres Acosta, S.L.", "email": "info@acosta.example", "locale": "es", "role": "owner"}
    assert body_of(house, "POST", INVITATIONS) == {"contact_ids": [PILAR]}  # the id that the new one got


def test_a_client_whose_address_a_person_has_is_not_asked_twice(staff: Visitor, house: House) -> None:
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(email="ana@talleres-acosta.example")
    assert 'value="client"' not in staff.get(INVITE).text


def test_who_is_in_already_is_named_and_not_mailed(staff: Visitor, house: House) -> None:
    house.answers[("POST", INVITATIONS)] = {"items": [{"contact_id": PILAR, "result": "already_active"}]}
    staff.post(INVITE, {"contact_ids": [PILAR]})
    assert "Pilar Soto signs in already and got no mail." in text_of(staff.get(RECORD))


def test_who_has_a_password_already_is_said_to_have_got_no_mail(staff: Visitor, house: House) -> None:
    house.answers[("POST", INVITATIONS)] = {"items": [{"contact_id": PILAR, "result": "access_given"}]}
    staff.post(INVITE, {"contact_ids": [PILAR]})
    assert "Pilar Soto has a password already and can sign in for this client" in text_of(staff.get(RECORD))


def test_a_person_whose_access_was_taken_away_is_let_in_again(staff: Visitor, house: House) -> None:
    shut_out = contact(PILAR, "Pilar Soto", "suspended", portal_user=False)
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(contacts=[shut_out])
    staff.post(INVITE, {"contact_ids": [PILAR]})
    assert "Pilar Soto can sign in again." in text_of(staff.get(RECORD))


def test_what_the_service_refuses_is_said_in_the_dialog(staff: Visitor, house: House) -> None:
    house.answers[("POST", INVITATIONS)] = problem(409, "account_archived")
    page = staff.post(INVITE, {"contact_ids": [PILAR]})
    assert page.status_code == 422
    assert "This client is archived" in page.text
    assert f'value="{PILAR}" checked' in page.text


def test_the_way_back_is_never_another_site(staff: Visitor) -> None:
    answer = staff.post(INVITE, {"contact_ids": [PILAR], "path": "//evil.example"})
    assert answer.headers["Location"] == f"{RECORD}?tab=profile"


def test_an_invitation_is_sent_again_from_the_list_of_people(staff: Visitor, house: House) -> None:
    path = f"{RECORD}/contacts/{JOAQUIM}/invitation"
    assert f'action="{path}"' in staff.get(f"{RECORD}?tab=profile").text
    staff.post(path, page=RECORD)
    assert house.called("POST", f"/identity/v1/users/{USER}/invitations")
    assert "An invitation is on its way to Joaquim Ribeiro." in text_of(staff.get(RECORD))


def test_access_is_suspended_after_a_question_and_given_back(staff: Visitor, house: House) -> None:
    assert "They are signed out at once" in text_of(staff.get(f"{RECORD}/contacts/{ANA}/suspend"))
    staff.post(f"{RECORD}/contacts/{ANA}/suspend")
    assert house.called("POST", f"/identity/v1/users/{USER}/suspend")
    staff.post(f"{RECORD}/contacts/{ANA}/reinstate", page=RECORD)
    assert house.called("POST", f"/identity/v1/users/{USER}/reinstate")
    assert "Ana Acosta can sign in again." in text_of(staff.get(RECORD))


def test_a_lost_second_factor_is_reset_after_a_question(staff: Visitor, house: House) -> None:
    path, reset = f"{RECORD}/contacts/{ANA}/reset-second-factor", f"/identity/v1/users/{USER}/reset-second-factor"
    house.answers[("POST", reset)] = {}
    assert f'href="{path}"' in staff.get(f"{RECORD}?tab=profile").text
    assert "Reset the second factor of Ana Acosta?" in text_of(staff.get(path))
    assert not house.called("POST", reset)
    staff.post(path)
    assert house.called("POST", reset)
    assert "Ana Acosta signs in without a second factor" in text_of(staff.get(RECORD))
    assert staff.post(f"{RECORD}/contacts/{PILAR}/reset-second-factor", page=RECORD).status_code == 404


def test_who_never_was_a_user_cannot_be_suspended(staff: Visitor) -> None:
    assert staff.post(f"{RECORD}/contacts/{PILAR}/suspend", page=RECORD).status_code == 404


def test_nobody_of_an_archived_client_is_invited(staff: Visitor, house: House) -> None:
    house.answers[("GET", f"/portal/v1/accounts/{ACCOUNT}")] = account(status="archived")
    page = staff.get(INVITE).text
    assert "Restore it before you invite anybody" in page
    assert 'type="checkbox" name="contact_ids"' not in page
