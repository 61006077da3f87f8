"""Services with one of everything, and an address for every page: for tests that walk through the whole gateway.

A new page without arguments is in the walk by itself. One with a new argument needs what it names in `KNOWN` (or, where
two features call different things alike, in `OF_PAGE`), and an answer of its service in `furnish`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from gateway.app import Gateway
from gateway.edge.access import access_of
from tests.gateway import archive, asking, backstage, casework, client_files, directory, safe, signing_desk
from tests.gateway import test_announcements_pages as announcements
from tests.gateway import test_colleagues_pages as colleagues
from tests.gateway import test_conversations_pages as conversations
from tests.gateway import test_mails_pages as mails
from tests.gateway import test_privacy_pages as privacy
from tests.gateway import test_quarantine_pages as quarantine
from tests.gateway import test_retention_pages as retention
from tests.gateway import test_reviews_pages as reviews
from tests.gateway import test_search_pages as search
from tests.gateway import test_security_settings as security
from tests.gateway import test_session_pages as sessions
from tests.gateway import test_sharing_pages as sharing
from tests.gateway import test_staff_pages as people
from tests.gateway import test_tags_pages as tags
from tests.gateway.house import ACCOUNT, STAFF, STAFF_SESSION, SWITCHES, House, field, fields

SECTION = "0192a000-0000-7000-8000-000000000a01"
TO_FILL, DONE, DRAFT = (f"0192a000-0000-7000-8000-000000000b0{n}" for n in (1, 2, 3))
SECTOR: dict[str, Any] = field("account", "sector", own=True, values=3)

KNOWN: dict[str, Any] = {
    "account_id": ACCOUNT,
    "answer_id": casework.ANSWER,
    "announcement_id": announcements.ID,
    "batch_id": asking.BATCH,
    "block": "account",
    "case_id": casework.CASE,
    "contact_id": directory.ANA,
    "conversation_id": conversations.TALK,
    "document_id": archive.DOCUMENT,
    "erasure_id": privacy.ERASURE,
    "export_id": privacy.EXPORT,
    "folder_id": archive.FOLDER,
    "id": safe.PASSKEY,
    "import_id": client_files.JOB,
    "mail_id": mails.ID,
    "link_id": sharing.LINK,
    "message_id": "m1",
    "name": "sector",
    "number": 1,
    "request_id": directory.REQUEST,
    "review_id": reviews.ID,
    "rule_id": retention.RULE,
    "section_id": SECTION,
    "series_id": asking.SERIES,
    "sign_request_id": directory.SIGN_REQUEST,
    "tag_id": directory.TAG["id"],
    "template_id": asking.TEMPLATE,
    "token": "x",
    "user_id": people.TOMAS,
}
"""What stands in a page's address, by the name of the argument."""

OF_PAGE: dict[str, dict[str, Any]] = {
    "admin_operations.show_message": {"message_id": backstage.FAILED},
    "portal_colleagues.ask_role": {"contact_id": colleagues.JOAQUIM},
    "portal_colleagues.ask_withdraw": {"contact_id": colleagues.JOAQUIM},
    "admin_access.ask_invite": {"contact_id": directory.PILAR},
    "admin_access.ask_withdraw": {"contact_id": directory.JOAQUIM},
    "admin_signing_prepare.prepare": {"sign_request_id": DRAFT},
    "portal_signing.fill": {"sign_request_id": TO_FILL},
    "portal_signing.done": {"sign_request_id": DONE},
    "portal_signing.copy": {"sign_request_id": DONE},
}
"""What stands in the address of one page alone."""

NO_PAGES = (
    "static",
    "health.healthz",
    "health.readyz",
    "health.metrics",
    "portal_brand.colours",
    "portal_brand.icon",
    "portal_brand.logo",
    "portal_installable.manifest",
    "portal_installable.icon",
    "portal_installable.worker",
    "portal_installable.offline",
    "admin_client_list.export_clients",
    "admin_cases.export",
    "admin_client_imports.report",
    "admin_documents.content",
    "portal_documents.content",
    "admin_previews.page",
    "portal_previews.page",
    "admin_previews.archive",
    "portal_previews.archive",
    "admin_signing.original",
    "admin_signing.page_image",
    "admin_signing.sealed",
    "portal_signing.page_image",
    "portal_signing.sealed",
    "dev_mailbox.html",
    "admin_oidc.leave",
    "admin_oidc.come_back",
    "admin_settings.first",
    "portal_access_log.download",
    "admin_privacy.archive",
    "admin_retention.matches_file",
    "admin_privacy.report_json",
    "portal_privacy.archive",
)
"""Files, pictures, figures, and ways that only lead on."""

PARTS = (
    "admin_client_imports.progress",
    "admin_request_sending.progress",
    "admin_search.suggestions",
    "admin_signing.state",
    "admin_conversations.news",
    "admin_quarantine.check",
    "portal_checks.check",
    "admin_work.counts",
    "portal_conversations.news",
    "portal_home.counts",
    "portal_signing.copy",
)
"""What comes into a page that is already there."""

BY_STEPS = (
    "portal_sign_in.ask_code",
    "second_factor.client_ask",
    "second_factor.staff_ask",
    "second_factor.client_show_lost",
    "second_factor.staff_show_lost",
    "authenticator.client_begin_again",
    "authenticator.staff_begin_again",
    "admin_enrol.choose",
)
"""Pages that open only after the step before them; a test goes that way (tests/browser/test_steps.py)."""


def furnish(house: House) -> House:
    """Let the services of `house` have one of everything, and the staff every permission."""
    signing_desk.sit_down(house)
    client_files.move_in(house)
    safe.move_in(house)
    backstage.move_in(house)
    conversations.furnish(house)
    reviews.furnish(house)
    quarantine.furnish(house)
    mails.furnish(house)
    casework.fill(house)
    privacy.furnish(house)
    sessions.furnish(house)
    sharing.furnish(house)
    retention.furnish(house)
    announcements.furnish(house)
    tags.furnish(house)
    asking.furnish(house)
    colleagues.furnish(house)
    people.furnish(house)
    blocks = fields(inactive=())
    blocks[0]["sections"] = [{"id": SECTION, "labels": {"en": "Tax"}}]
    blocks[0]["fields"].append(SECTOR | {"section_id": SECTION})
    house.users[STAFF_SESSION] = STAFF | {"permissions": [*STAFF["permissions"], "staff.manage", "audit.read"]}
    house.answers |= {
        ("GET", "/portal/v1/fields"): {"blocks": blocks},
        ("GET", "/portal/v1/fields/account/sector"): SECTOR,
        ("GET", "/portal/v1/settings"): security.STORED
        | {"session_limits": security.LIMITS, "action_buttons": ["book"], "version": 3},
        ("GET", "/documents/v1/documents"): {"items": [archive.document()], "next": None},
        ("GET", f"/documents/v1/accounts/{ACCOUNT}/shelf"): archive.shelf(
            archive.document(tags=["2025"]),
            folder=archive.folder(),
            path=[{"id": archive.BELOW, "name": "Above"}],
            folders=[archive.folder(archive.BELOW, "Tax returns 2025")],
        ),
        ("GET", "/portal/v1/erasures"): {"items": [privacy.erasure("asked")], "next": None},
        ("GET", "/portal/v1/privacy-rules"): privacy.RULES,
        search.LOG: search.log(search.entry("document.opened")),
        search.OF_ACCOUNT: search.log(search.entry("document.opened")),
        search.SEARCH: search.answer(search.group("document", search.hit("document", "Bank extract"))),
        ("GET", "/portal/v1/shell"): lambda request: (
            house._shell(request) | {"switches": dict.fromkeys(SWITCHES, True)}
        ),
    }
    steps = {
        directory.SIGN_REQUEST: signing_desk.to_sign(),
        TO_FILL: signing_desk.to_sign("sign"),
        DONE: signing_desk.signed(),
        DRAFT: signing_desk.draft(title="Draft"),
    }
    for id, found in steps.items():
        at = f"/signing/v1/sign-requests/{id}"
        house.answers |= {
            (method, f"{at}{way}"): found | {"id": id} for method, way in (("GET", ""), ("POST", "/view"))
        }
        for number in (1, 2):
            page = house.answers[("GET", f"{signing_desk.AT}/pages/1")]
            house.answers[("GET", f"{at}/pages/{number}")] = page
        house.answers[("GET", f"{at}/text")] = house.answers[("GET", f"{signing_desk.AT}/text")]
    return house


@dataclass(frozen=True)
class Address:
    """Where a page is, and whose it is: public, client or staff."""

    endpoint: str
    path: str
    kind: str


def addresses(gateway: Gateway) -> Iterator[Address]:
    """Yield an address for every page that can be opened as it is."""
    found = set[str]()
    for rule in sorted(gateway.pages.url_map.iter_rules(), key=str):
        access = access_of(gateway.pages, rule.endpoint)
        if "GET" in (rule.methods or ()) and rule.endpoint not in (*NO_PAGES, *PARTS, *BY_STEPS):
            assert access
            path = _path(rule)
            if path not in found:
                found.add(path)
                yield Address(rule.endpoint, path, access.kind)


def _path(rule: Rule) -> str:
    values = {name: (KNOWN | OF_PAGE.get(rule.endpoint, {})).get(name) for name in rule.arguments}
    unknown = [name for name, value in values.items() if value is None]
    assert not unknown, f"say in tests/gateway/furnished.py what {unknown} of {rule} is"
    built = rule.build(values, append_unknown=False)
    assert built, rule
    return built[1]
