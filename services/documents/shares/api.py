"""HTTP of links: made, listed and revoked by people; opened by the gateway for whoever holds one."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from services.chassis.app import reading, unit_of_work
from services.chassis.auth import allow, caller
from services.chassis.problems import Problem
from services.chassis.runtime import current_runtime
from services.contracts.client_roles import WORKS
from services.documents.archives import queries as archives
from services.documents.archives.actions import archive
from services.documents.folders import queries as folders
from services.documents.library import downloads
from services.documents.library import queries as library
from services.documents.library.filenames import disposition
from services.documents.settings import DocumentsSettings
from services.documents.shares import actions, passwords, queries
from services.documents.shares.models import ShareLink
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
    with reading() as session:  # before argon2id works for somebody who may not
        library.get_document(session, caller(), document_id)
        actions.require_may_share(session, caller())
    may = _what_it_may(values, headers)
    with unit_of_work() as session:
        return _told(session, actions.link_to_document(session, caller(), document_id, **may))


@blp.post("/folders/<uuid:folder_id>/share-links")
@blp.arguments(NewShareLink)
@blp.arguments(ShareLinkHeaders, location="headers")
@blp.response(201, MadeShareLinkOut)
@allow(staff="documents.write", client=WORKS)
def make_for_folder(values: dict[str, Any], headers: dict[str, Any], folder_id: UUID) -> dict[str, Any]:
    """Make a link to what the client may see in a folder, now and later; it comes as one zip."""
    with reading() as session:
        folders.get_folder(session, caller(), folder_id)
        actions.require_may_share(session, caller())
    may = _what_it_may(values, headers)
    with unit_of_work() as session:
        return _told(session, actions.link_to_folder(session, caller(), folder_id, **may))


def _what_it_may(values: dict[str, Any], headers: dict[str, Any]) -> dict[str, Any]:
    settings = current_runtime().settings
    assert isinstance(settings, DocumentsSettings)
    password = values.pop("password")
    password_hash = passwords.hash_password(password) if password else None
    key = headers["idempotency_key"]
    return values | {"password_hash": password_hash, "key": key, "most_days": settings.share_link_days}


def _told(session: Session, made: tuple[ShareLink, str]) -> dict[str, Any]:
    link, token = made
    url = f"{current_runtime().settings.public_url.rstrip('/')}/shared/{token}"
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
        link = queries.held_link(session, values["token"])
        facts = _facts(session, link)
        hidden = dict.fromkeys(facts) if link.password_hash else facts
        return {"has_password": link.password_hash is not None, "expires_at": link.expires_at} | hidden


def _facts(session: Session, link: ShareLink) -> dict[str, Any]:
    if link.folder_id:
        name, found = queries.held_folder(session, link)
        size = sum(one.size for one in found)
        return {"name": name, "size": size, "content_type": "application/zip", "files": len(found)}
    document, version = queries.held_document(session, link)
    return {"name": document.name, "size": version.size, "content_type": version.content_type, "files": None}


@blp.post("/held-links/download")
@blp.arguments(Download)
@blp.alt_response(200, description="The bytes, as an attachment")
@allow(service={"gateway"})
def download(values: dict[str, Any]) -> Response:
    """Give the document out and count it; 403 `wrong_link_password`, 404 `share_link_over`, 429."""
    with reading() as session:
        link = queries.held_link(session, values["token"])
        _facts(session, link)
    if link.password_hash:
        with unit_of_work() as session:
            actions.count_try(session, link.id)
        if not passwords.verify(link.password_hash, values["password"]):
            with unit_of_work() as session:
                actions.note_wrong_password(session, link, values["address"])
            raise Problem(403, "wrong_link_password", "This password is not right")
    with unit_of_work() as session:
        link = queries.held_link(session, values["token"])
        if link.folder_id:
            actions.take_download(session, link, values["address"], None)
            return _zip(session, link)
        document, version = queries.held_document(session, link)
        # Opened before it is counted: a file that cannot be read uses nothing up.
        answer = downloads.content(request, current_runtime().blobs, document, version)
        actions.take_download(session, link, values["address"], (document, version))
    return answer


def _zip(session: Session, link: ShareLink) -> Response:
    runtime = current_runtime()
    assert isinstance(runtime.settings, DocumentsSettings)
    name, found = queries.held_folder(session, link)
    archives.require_within(found, runtime.settings)
    pieces = archive(runtime, queries.as_client(link), found)
    headers = downloads.INERT | {"Content-Disposition": disposition(f"{name}.zip")}
    return Response(pieces, headers=headers, content_type="application/zip")
