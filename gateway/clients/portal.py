"""The portal service: the firm and its settings, clients and their people, requests, home and work list."""

from collections.abc import Sequence
from typing import Any

from gateway.clients.transport import Caller, Content, Json, Page


class PortalClient:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def brand(self) -> Json:
        """Return the firm's name, banner and colours, which anyone may see."""
        return self._caller.json("GET", "/v1/brand")

    def texts(self) -> Json:
        """Return what the firm wrote for its public pages, by language."""
        return self._caller.json("GET", "/v1/brand/texts")

    def logo(self) -> Content:
        """Return the firm's logo."""
        return self._caller.content("/v1/brand/logo")

    def save_logo(self, content: bytes) -> Json:
        return self._caller.upload("/v1/settings/logo", content, "application/octet-stream", {}, method="PUT")

    def remove_logo(self) -> Json:
        return self._caller.json("DELETE", "/v1/settings/logo")

    def announcements(self, **query: Any) -> Page:
        """List announcements; `state`, `cursor`."""
        return self._caller.page("/v1/announcements", query)

    def announcement(self, announcement_id: str) -> Json:
        return self._caller.json("GET", f"/v1/announcements/{announcement_id}")

    def announce(self, announcement: Json) -> Json:
        return self._caller.json("POST", "/v1/announcements", body=announcement)

    def change_announcement(self, announcement_id: str, announcement: Json) -> Json:
        return self._caller.json("PUT", f"/v1/announcements/{announcement_id}", body=announcement)

    def end_announcement(self, announcement_id: str) -> Json:
        return self._caller.json("POST", f"/v1/announcements/{announcement_id}/end")

    def delete_announcement(self, announcement_id: str) -> None:
        self._caller.json("DELETE", f"/v1/announcements/{announcement_id}")

    def read_announcement(self, announcement_id: str) -> None:
        """Remember that the visitor has read it."""
        self._caller.json("POST", f"/v1/announcements/{announcement_id}/read")

    def shell(self) -> Json:
        """Return what every page's frame shows: for a client also switches, counts and accounts."""
        return self._caller.json("GET", "/v1/shell")

    def home(self) -> Json:
        return self._caller.json("GET", "/v1/home")

    def work(self, **query: Any) -> Page:
        """List what waits for the firm; `counts` in the body say how much there is of each kind."""
        return self._caller.page("/v1/work", query)

    def act_on_work(self, items: Sequence[Json], act: Json) -> int:
        """Deal with things on the work list, give them away or put them off; return how many."""
        changed: int = self._caller.json("POST", "/v1/work/acts", body={"items": list(items)} | act)["changed"]
        return changed

    def mark_seen(self, kind: str, id: str) -> None:
        """Take an upload or a signed document off the work list: staff has looked at it."""
        self._caller.json("POST", "/v1/work/seen", body={"kind": kind, "id": id})

    def settings(self) -> Json:
        return self._caller.json("GET", "/v1/settings")

    def save_settings(self, settings: Json) -> Json:
        return self._caller.json("PUT", "/v1/settings", body=settings)

    def accounts(self, **query: Any) -> Page:
        """List clients; `q`, `sort`, `cursor`."""
        return self._caller.page("/v1/accounts", query)

    def create_account(self, account: Json) -> Json:
        return self._caller.json("POST", "/v1/accounts", body=account)

    def account(self, account_id: str) -> Json:
        return self._caller.json("GET", f"/v1/accounts/{account_id}")

    def update_account(self, account_id: str, changes: Json) -> Json:
        return self._caller.json("PATCH", f"/v1/accounts/{account_id}", body=changes)

    def activity(self, account_id: str, **query: Any) -> Page:
        """List what happened with a client, newest first."""
        return self._caller.page(f"/v1/accounts/{account_id}/activity", query)

    def create_contact(self, account_id: str, contact: Json) -> Json:
        return self._caller.json("POST", f"/v1/accounts/{account_id}/contacts", body=contact)

    def update_contact(self, contact_id: str, changes: Json) -> Json:
        return self._caller.json("PATCH", f"/v1/contacts/{contact_id}", body=changes)

    def remove_contact(self, contact_id: str) -> Json:
        return self._caller.json("DELETE", f"/v1/contacts/{contact_id}")

    def withdraw_access(self, contact_id: str) -> Json:
        """Take a contact's access away: an open invitation works no more, sessions end."""
        return self._caller.json("DELETE", f"/v1/contacts/{contact_id}/access")

    def fields(self) -> list[Json]:
        """Return the blocks of fields, active and inactive; each has `name`, `sections` and `fields`."""
        blocks: list[Json] = self._caller.json("GET", "/v1/fields")["blocks"]
        return blocks

    def field(self, block: str, name: str) -> Json:
        """Return a field, and how many `values` stand in it."""
        return self._caller.json("GET", f"/v1/fields/{block}/{name}")

    def set_field(self, block: str, name: str, **change: Any) -> None:
        """Change `active`, `mode` or `portal_field`."""
        self._caller.json("PUT", f"/v1/fields/{block}/{name}", body=change)

    def add_field(self, block: str, field: Json) -> Json:
        return self._caller.json("POST", f"/v1/fields/{block}", body=field)

    def edit_field(self, block: str, name: str, changes: Json) -> Json:
        return self._caller.json("PATCH", f"/v1/fields/{block}/{name}", body=changes)

    def delete_field(self, block: str, name: str, values: int) -> None:
        """Delete a field of the firm's own with the `values` that stand in it."""
        self._caller.json("DELETE", f"/v1/fields/{block}/{name}", query={"values": values})

    def set_field_modes(self, block: str, modes: Json) -> None:
        self._caller.json("PUT", f"/v1/field-modes/{block}", body={"modes": modes})

    def arrange_fields(self, block: str, order: Json) -> None:
        """Put the fields of a block in order: `fields` of no section, then `sections` with their `fields`."""
        self._caller.json("PUT", f"/v1/field-order/{block}", body=order)

    def add_field_section(self, block: str, labels: Json) -> Json:
        return self._caller.json("POST", f"/v1/field-sections/{block}", body={"labels": labels})

    def rename_field_section(self, section_id: str, labels: Json) -> None:
        self._caller.json("PATCH", f"/v1/field-sections/{section_id}", body={"labels": labels})

    def delete_field_section(self, section_id: str) -> None:
        self._caller.json("DELETE", f"/v1/field-sections/{section_id}")

    def search(self, q: str, **query: Any) -> Json:
        """Return what the visitor may see and `q` finds: `words` and `groups`; `kind`, `cursor`, `limit`."""
        return self._caller.json("GET", "/v1/search", query={"q": q, **query})

    def access_log(self, **query: Any) -> Page:
        """List who at the firm opened or changed what of one's account; `group`, `by_id`, `cursor`."""
        return self._caller.page("/v1/access-log", query)

    def access_log_file(self, **query: Any) -> Content:
        return self._caller.content("/v1/access-log/file", query=query)

    def access_log_of(self, account_id: str, **query: Any) -> Page:
        """List the same of a client, for staff."""
        return self._caller.page(f"/v1/accounts/{account_id}/access-log", query)

    def profile(self) -> Json:
        """Return one's own person (`contact`) and `account`, field by field, as the firm shows them."""
        return self._caller.json("GET", "/v1/profile")

    def save_profile(self, block: str, changes: Json) -> Json:
        return self._caller.json("PATCH", f"/v1/profile/{block}", body=changes)

    def colleagues(self) -> Json:
        """Return the people of one's own account, and whether its owners `may_invite` more."""
        return self._caller.json("GET", "/v1/colleagues")

    def invite_colleague(self, name: str, email: str, role: str) -> Json:
        return self._caller.json("POST", "/v1/colleagues", body={"name": name, "email": email, "role": role})

    def change_colleague(self, contact_id: str, role: str) -> None:
        """Give a colleague another role."""
        self._caller.json("PATCH", f"/v1/colleagues/{contact_id}", body={"role": role})

    def withdraw_colleague(self, contact_id: str) -> None:
        """Take a colleague's access away; the firm keeps the contact."""
        self._caller.json("DELETE", f"/v1/colleagues/{contact_id}")

    def invite(self, account_id: str, contact_ids: Sequence[str]) -> Json:
        """Make contacts portal users and have each mailed an invitation."""
        return self._caller.json(
            "POST", f"/v1/accounts/{account_id}/invitations", body={"contact_ids": list(contact_ids)}
        )

    def requests(self, **query: Any) -> Page:
        """List requests: for a client its own, sign requests among them; for staff all or one `account_id`'s."""
        return self._caller.page("/v1/requests", query)

    def create_request(self, request: Json, key: str | None = None) -> Json:
        """Ask something of a client; the same `key` again asks nothing more."""
        return self._caller.json("POST", "/v1/requests", body=request, headers=_once(key))

    def request(self, request_id: str) -> Json:
        """Return a request with its thread. Its checklist is `request["items"]`, in templates too."""
        return self._caller.json("GET", f"/v1/requests/{request_id}")

    def mark_request_read(self, request_id: str) -> None:
        self._caller.json("POST", f"/v1/requests/{request_id}/read")

    def reply(
        self,
        request_id: str,
        message: str,
        document_ids: Sequence[str] = (),
        *,
        items: Sequence[Json] = (),
        internal: bool | None = None,
        key: str | None = None,
    ) -> Json:
        """Answer a request; `items` says which documents answer which item, `internal` makes it a note of the firm.

        The same `key` again says nothing more.
        """
        body: Json = {"message": message, "document_ids": list(document_ids), "items": list(items)}
        if internal is not None:
            body["internal"] = internal
        return self._caller.json("POST", f"/v1/requests/{request_id}/replies", body=body, headers=_once(key))

    def close_request(self, request_id: str) -> Json:
        return self._caller.json("POST", f"/v1/requests/{request_id}/close")

    def reopen_request(self, request_id: str) -> Json:
        return self._caller.json("POST", f"/v1/requests/{request_id}/reopen", body={})


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}
