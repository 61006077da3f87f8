"""A test client is marked, listed, and in no figure (S14)."""

from services.chassis.testing.harness import Browser


def add(staff: Browser, name: str, *, is_test: bool) -> str:
    account: str = staff.post("/v1/accounts", json={"name": name, "is_test": is_test}).json["id"]
    return account


def test_a_test_client_is_listed_and_counted_apart(staff: Browser) -> None:
    add(staff, "Acosta", is_test=False)
    test = add(staff, "Try out", is_test=True)
    page = staff.get("/v1/accounts").json
    assert (len(page["items"]), page["total"], page["tests"]) == (2, 1, 1)
    only = staff.get("/v1/accounts?is_test=true").json
    assert (len(only["items"]), only["total"], only["tests"]) == (1, 1, 0)
    assert staff.get("/v1/shell").json["test_accounts"] == [test]
