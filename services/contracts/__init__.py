"""The published language: every event's shape, its examples, and who listens to what."""

from collections.abc import Mapping

import marshmallow

from services.contracts import account_data, documents, identity, notifications, portal, signing
from services.contracts.subscriptions import SUBSCRIPTIONS

__all__ = ["SCHEMAS", "SERVICES", "SUBSCRIPTIONS"]

SERVICES = ("gateway", "identity", "portal", "documents", "signing", "notifications")
"""All parts by name; the place in this row is the part's port, counted from ATRIO_PORT."""

SCHEMAS: Mapping[str, marshmallow.Schema] = {
    type: schema()
    for module in (identity, portal, documents, signing, notifications, account_data)
    for type, schema in module.EVENTS.items()
}
