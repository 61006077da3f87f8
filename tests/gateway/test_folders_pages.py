"""Folders on both sides, names and tags, versions, several documents at once, the library's settings."""

from typing import Any

import pytest

from tests.gateway.archive import ANA, BELOW, DOCUMENT, FOLDER, document, file, fill, folder, in_full, shelf, version
from tests.gateway.conftest import Visitor
from tests.gateway.house import ACCOUNT, CLIENT, House, moment, problem
from tests.gateway.test_admin_clients import asked, text_of

SHELF = ("GET", f"/documents/v1/accounts/{ACCOUNT}/shelf")
TAB = f"/admin/clients/{ACCOUNT}?tab=documents"
AT = f"/documents/v1/documents/{DOCUMENT}"
PAGE = f"/admin/documents/{DOCUMENT}"


@pytest.fixture(autouse=True)
def archive(house: House) -> House:
    return fill(house)


def sent(house: House, method: str, path: str) -> Any:
    """Return the body of the one call to that place."""
    (call,) = house.called(method, path)
    return call.get_json()


def test_a_client_walks_through_folders(client: Visitor, house: House) -> None:
    inner = folder(BELOW, "2025", parent_id=FOLDER, documents=1)
    house.answers[SHELF] = shelf(
        document(), folder=folder(), path=[{"id": BELOW, "name": "Above"}], folders=[inner], may_upload=False
    )
    page = client.get(f"/documents?folder={FOLDER}&sort=name&kind=pdf")
    words = text_of(page)
    assert "Above" in words
    assert "2025" in words
    assert "1 document" in words
    assert 'name="file"' not in page.text
    assert asked(house, SHELF[1]) == {"folder": FOLDER, "kind": "pdf", "sort": "name"}


def test_a_client_uploads_into_the_folder_it_looks_at(client: Visitor, house: House) -> None:
    house.answers[SHELF] = shelf(folder=folder())
    page = client.get(f"/documents?folder={FOLDER}")
    assert f'name="folder_id" value="{FOLDER}"' in page.text
    client.post("/documents/upload", {"folder_id": FOLDER, "file": file()}, page="/documents")
    (call,) = house.called("POST", f"/documents/v1/accounts/{ACCOUNT}/documents")
    assert call.args["folder_id"] == FOLDER


def test_a_client_adds_a_version_and_takes_an_upload_back(client: Visitor, house: House) -> None:
    own = in_full(
        origin="client", uploaded_by=ANA | {"id": CLIENT["id"]}, uploaded_at=moment(-0.2), may_add_version=True
    )
    house.answers[("GET", AT)] = own
    page = client.get(f"/documents/{DOCUMENT}")
    assert "Add version" in page.text
    assert "Take back" in page.text
    answer = client.post(f"/documents/{DOCUMENT}/versions", {"file": file()}, page="/documents")
    assert (answer.status_code, len(house.called("POST", f"{AT}/versions"))) == (303, 1)
    assert client.post(f"/documents/{DOCUMENT}/undo", page="/documents").location.endswith("/documents")
    house.answers[("POST", f"{AT}/undo")] = problem(409, "undo_too_late")
    assert client.post(f"/documents/{DOCUMENT}/undo", page="/documents").location.endswith(DOCUMENT)
    house.answers[("GET", AT)] = own | {"uploaded_at": moment(-2)}
    assert "Take back" not in client.get(f"/documents/{DOCUMENT}").text


def test_staff_makes_a_folder_with_rights(staff: Visitor, house: House) -> None:
    path = f"/admin/clients/{ACCOUNT}/folders/new"
    assert "In the folder Contracts" in text_of(staff.get(f"{path}?parent={FOLDER}"))
    assert "Give it a name" in text_of(staff.post(path, data={"name": ""}))
    answer = staff.post(path, data={"name": "2025", "parent": FOLDER, "owner": "", "member": "none"})
    assert answer.status_code == 303
    made = sent(house, "POST", f"/documents/v1/accounts/{ACCOUNT}/folders")
    assert made == {"name": "2025", "parent_id": FOLDER, "rights": {"member": "none"}}
    wide = problem(422, "invalid_input", {"rights.member": ["The folder above allows less."]})
    house.answers[("POST", f"/documents/v1/accounts/{ACCOUNT}/folders")] = wide
    page = staff.post(path, data={"name": "Kept words", "member": "upload"})
    assert page.status_code == 422
    assert 'id="f-member-error"' in page.text
    assert 'value="Kept words"' in page.text


def test_staff_renames_moves_and_removes_a_folder(staff: Visitor, house: House) -> None:
    at = f"/documents/v1/folders/{FOLDER}"
    assert 'value="Contracts"' in staff.get(f"/admin/folders/{FOLDER}").text
    assert staff.post(f"/admin/folders/{FOLDER}", data={"name": "Deeds", "member": "view"}).status_code == 303
    assert sent(house, "PATCH", at) == {"name": "Deeds", "rights": {"member": "view"}}
    assert "Move to" in text_of(staff.get(f"/admin/folders/{FOLDER}/move"))
    assert staff.post(f"/admin/folders/{FOLDER}/move", data={"folder": BELOW}).status_code == 303
    assert sent(house, "POST", f"{at}/move") == {"parent_id": BELOW}
    assert "recycle bin" in text_of(staff.get(f"/admin/folders/{FOLDER}/remove"))
    assert staff.post(f"/admin/folders/{FOLDER}/remove", data={"contents": "bin"}).status_code == 303
    (call,) = house.called("DELETE", at)
    assert call.args["contents"] == "bin"


def test_several_documents_at_once(staff: Visitor, house: House) -> None:
    house.answers[SHELF] = shelf(document(tags=["IVA"]), folders=[folder()])
    page = staff.get(TAB)
    assert f'name="id" value="{DOCUMENT}"' in page.text
    assert "IVA" in text_of(page)
    where = staff.post("/admin/documents/act", {"id": DOCUMENT, "act": "move", "account_id": ACCOUNT}, page=TAB)
    assert f"id={DOCUMENT}" in where.location
    assert "Contracts" in text_of(staff.get(where.location))
    there = {"id": DOCUMENT, "act": "move", "folder": FOLDER}
    assert staff.post("/admin/documents/act", there, page=TAB).status_code == 303
    moved = sent(house, "POST", "/documents/v1/documents/bulk")
    assert moved == {"ids": [DOCUMENT], "action": "move", "folder_id": FOLDER}
    staff.post("/admin/documents/act", {"act": "share"}, page=TAB)
    assert "Tick the documents first" in text_of(staff.get(TAB))


def test_name_tags_versions_and_history_of_a_document(staff: Visitor, house: House) -> None:
    house.answers[("GET", AT)] = in_full(
        version_number=2, versions=[version(1), version(2)], may_add_version=True, tags=["IVA"]
    )
    page = staff.get(PAGE)
    for words in ("Name and tags", "Move to…", "Add version", "/versions/1/restore"):
        assert words in page.text, words
    assert 'value="IVA"' in staff.get(f"{PAGE}/edit").text
    assert staff.post(f"{PAGE}/edit", data={"name": "VAT", "tags": "IVA, 2025"}).status_code == 303
    assert sent(house, "PUT", f"{AT}/tags") == {"tags": ["IVA", " 2025"]}
    assert staff.post(f"{PAGE}/versions/1/restore", page=PAGE).status_code == 303
    added = staff.post(f"{PAGE}/versions", {"file": file()}, page=PAGE)
    assert added.status_code == 303
    assert "opened it" in text_of(staff.get(f"{PAGE}/history"))
    assert "Contracts" in text_of(staff.get(f"{PAGE}/move"))
    assert "for good" in text_of(staff.get(f"{PAGE}/purge"))


def test_the_librarys_settings(staff: Visitor, house: House) -> None:
    path = "/admin/settings/library"
    assert 'value="Contracts"' in staff.get(path).text
    typed = {"bin_days": "60", "version": "1", "rows": "2", "name0_en": "Contracts", "name0_pt": "Contratos"}
    assert staff.post(path, data=typed | {"owner0": "upload", "member0": "none"}).status_code == 303
    assert sent(house, "PUT", "/documents/v1/library-settings") == {
        "bin_days": "60",
        "version": "1",
        "folders": [{"names": {"en": "Contracts", "pt": "Contratos"}, "rights": {"owner": "upload", "member": "none"}}],
    }
