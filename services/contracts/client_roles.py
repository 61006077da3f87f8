"""What a client's people may do by their role in the account (B4). Services and gateway ask here, and nowhere else."""

ROLES = ("owner", "member", "signer", "billing")
"""Every role, as events, APIs and tables name it."""
OWNS = frozenset({"owner"})
"""Who decides about the client's other people."""
WORKS = frozenset({"owner", "member"})
"""Who works with requests and documents."""
SIGNS = WORKS | {"signer"}
"""Who signs what is addressed to them."""
PAYS = frozenset({"owner", "billing"})
"""Who sees invoices and pays them."""
