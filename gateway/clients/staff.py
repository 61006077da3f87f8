"""Identity as those call it who manage the firm's own people. Changes want a recent proof."""

from typing import Any

from gateway.clients.transport import Caller, Json, Page


class StaffClient:
    """The firm's own people: invited, changed, shut out and let in."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def list(self, **query: Any) -> Page:
        """List the firm's people; `q`, `status`, `role`, `cursor`, `limit`."""
        return self._caller.page("/v1/staff", query)

    def read(self, user_id: str) -> Json:
        return self._caller.json("GET", f"/v1/staff/{user_id}")

    def invite(self, person: Json) -> Json:
        """Add a person, who is mailed an invitation."""
        return self._caller.json("POST", "/v1/staff", body=person)

    def change(self, user_id: str, changes: Json) -> Json:
        """Change name, role, and whether a person sees assigned clients only."""
        return self._caller.json("PATCH", f"/v1/staff/{user_id}", body=changes)

    def act(self, user_id: str, act: str) -> Json:
        """Do one of invitations, suspend, reinstate, reset-second-factor."""
        return self._caller.json("POST", f"/v1/staff/{user_id}/{act}")
