"""HTTP of links: made, listed and revoked by people; opened by the gateway for whoever holds one."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.documents.library import downloads
from services.documents.library import queries as library
from services.documents.settings import DocumentsSettings
from services.documents.shares import actions, passwords, queries
from services.documents.shares.schemas import (
    Download,
    HeldLink,
    HeldLinkOut,
    MadeShareLinkOut,
    NewShareLink,
    ShareLinkDetail,
    ShareLinkHeaders,
    ShareLinkOut,
    ShareLinkPage,
    ShareLinksQuery,
)

blp = Blueprint("share_links", __name__, url_prefix="/v1", description="Links for people without an account")


@blp.post("/documents/<uuid:document_id>/share-links")
@blp.arguments(NewShareLink)
@blp.arguments(ShareLinkHeaders, location="headers")
@blp.response(201, MadeShareLinkOut)
@allow(staff="documents.write", client=WORKS)
def make(values: dict[str, Any], headers: dict[str, Any], document_id: UUID) -> dict[str, Any]:
    """Make a link to a document; its address is in this answer and nowhere else."""
    runtime, settings = current_runtime(), current_runtime().settings
    assert isinstance(settings, DocumentsSettings)
    with reading() as session:  # before argon2id works for somebody who may not
        actions.require_may_share(session, caller())
        library.get_document(session, caller(), document_id)
    password = values.pop("password")
    password_hash = passwords.hash_password(password) if password else None
    with unit_of_work() as session:
        link, token = actions.make_link(
            session,
            caller(),
            document_id,
            **values,
            most_days=settings.share_link_days,
            password_hash=password_hash,
            key=headers["idempotency_key"],
        )
        url = f"{runtime.settings.public_url.rstrip('/')}/shared/{token}"
        return queries.link(session, caller(), link.id) | {"url": url}


@blp.get("/share-links")
@blp.arguments(ShareLinksQuery, location="query")
@blp.response(200, ShareLinkPage)
@allow(staff="documents.read", client=WORKS)
def list_links(query: dict[str, Any]) -> dict[str, Any]:
    """List links, the newest first; to a client those that its own people made."""
    with reading() as session:
        return queries.links(session, caller(), **query)


@blp.get("/share-links/<uuid:link_id>")
@blp.response(200, ShareLinkDetail)
@allow(staff="documents.read", client=WORKS)
def get_link(link_id: UUID) -> dict[str, Any]:
    """Show a link and who used it: when, from which address, what."""
    with reading() as session:
        return queries.link(session, caller(), link_id)


@blp.post("/share-links/<uuid:link_id>/revoke")
@blp.response(200, ShareLinkOut)
@allow(staff="documents.write", client=WORKS)
def revoke(link_id: UUID) -> dict[str, Any]:
    """Close a link for good."""
    with unit_of_work() as session:
        actions.revoke_link(session, caller(), link_id)
        return queries.link(session, caller(), link_id)


@blp.post("/held-links/inspect")
@blp.arguments(HeldLink)
@blp.response(200, HeldLinkOut)
@allow(service={"gateway"})
def inspect(values: dict[str, Any]) -> dict[str, Any]:
    """Tell what a link gives. To look counts nothing and uses nothing up (threat 11)."""
    with reading() as session:
        link, document, version = queries.held(session, values["token"])
        seen = {"has_password": link.password_hash is not None, "expires_at": link.expires_at}
        if link.password_hash:
            return seen | dict.fromkeys(("name", "size", "content_type"))
        return seen | {"name": document.name, "size": version.size, "content_type": version.content_type}


@blp.post("/held-links/download")
@blp.arguments(Download)
@blp.alt_response(200, description="The bytes, as an attachment")
@allow(service={"gateway"})
def download(values: dict[str, Any]) -> Response:
    """Give the document out and count it; 403 `wrong_link_password`, 404 `share_link_over`, 429."""
    with reading() as session:
        link, document, version = queries.held(session, values["token"])
    if link.password_hash:
        with unit_of_work() as session:
            actions.count_try(session, link.id)
        if not passwords.verify(link.password_hash, values["password"]):
            with unit_of_work() as session:
                actions.note_wrong_password(session, link, values["address"])
            raise Problem(403, "wrong_link_password", "This password is not right")
    with unit_of_work() as session:
        link, document, version = queries.held(session, values["token"])
        # Opened before it is counted: a file that cannot be read uses nothing up.
        answer = downloads.content(request, current_runtime().blobs, document, version)
        actions.take_download(session, link, document, version, values["address"])
    return answer
