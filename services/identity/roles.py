"""What each role of the firm's staff may do (B8). A passport carries the permissions, never the role."""

WORK_READ = frozenset({"clients.read", "requests.read", "documents.read", "signing.read"})
WORK_WRITE = frozenset({"clients.write", "requests.write", "documents.write", "signing.write"})
VIEW_AS = frozenset({"clients.view_as"})
TRANSFER = frozenset({"clients.import", "clients.export", "clients.erase"})
"""Taking all clients in or out at once, and all that there is of one."""
RELEASE = frozenset({"documents.release"})
"""Opening what the virus check held back, or removing it for good."""
HOUSE_READ = frozenset({"settings.read", "operations.read", "audit.read"})
HOUSE_WRITE = frozenset({"settings.write", "operations.write"})

PERMISSIONS: dict[str, frozenset[str]] = {
    "owner": WORK_READ | WORK_WRITE | TRANSFER | RELEASE | HOUSE_READ | HOUSE_WRITE | VIEW_AS | {"staff.manage"},
    "manager": WORK_READ | WORK_WRITE | TRANSFER | RELEASE | HOUSE_READ | HOUSE_WRITE | VIEW_AS,
    "agent": WORK_READ | WORK_WRITE | VIEW_AS,
    "read_only": WORK_READ | HOUSE_READ,
}
ROLES = tuple(PERMISSIONS)
ASSIGNABLE = ("agent", "read_only")
"""The roles that can be held to assigned clients. Who sets the house up sees it whole."""
OF_THE_WHOLE_HOUSE = frozenset({"operations.read", "operations.write", "audit.read"})
"""What shows the messages, events and history of every client."""


def permissions_of(role: str | None, *, assigned_only: bool = False) -> frozenset[str]:
    """Return the permissions of a staff role; none for no role. Assigned clients only: none of the whole house."""
    permissions = PERMISSIONS.get(role or "", frozenset())
    return permissions - OF_THE_WHOLE_HOUSE if assigned_only else permissions
