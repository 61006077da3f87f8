"""A new sign request: which client, which of its PDF documents, and what is said with it."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from gateway.clients import Json, clients
from gateway.edge.access import staff_page
from gateway.edge.uploads import UploadedFile, uploaded_files
from gateway.forms import Form
from gateway.service_messages import say_problem
from services.chassis.problems import Problem

pages = Blueprint("admin_signing_new", __name__)

Answer = str | Response | tuple[str, int]
PDF = "application/pdf"
FIELDS = ("account_id", "document_id", "title", "message", "due_on")


@pages.get("/admin/sign-requests/new")
@staff_page("signing.write")
def new() -> str:
    """Choose the client, then the document, then write the request: one page each, by `account_id`, `document_id`."""
    account_id, document_id = request.args.get("account_id", ""), request.args.get("document_id", "")
    if not account_id:
        return _choose_client()
    account = clients().portal.account(account_id)
    if not document_id:
        return _choose_document(account)
    document = clients().documents.document(document_id)
    if document["content_type"] != PDF:
        return _choose_document(account, error=_("Only PDF documents can be signed. Choose another one."))
    title = document["name"].removesuffix(".pdf").removesuffix(".PDF")
    form = Form({"account_id": account_id, "document_id": document_id, "title": title})
    return _write(account, document, form)


@pages.post("/admin/sign-requests/new")
@staff_page("signing.write")
def create() -> Answer:
    """Make the request; its document is then fetched and checked."""
    form = Form.posted(*FIELDS)
    if not (form.value("account_id") and form.value("document_id")):
        return redirect(url_for(".new", account_id=form.value("account_id") or None), 303)
    try:
        made = clients().signing.create_sign_request(form.values | {"due_on": form.value("due_on") or None})
    except Problem as problem:
        form.refuse(problem)
        account = clients().portal.account(form.value("account_id"))
        return _write(account, clients().documents.document(form.value("document_id")), form), 422
    return redirect(url_for("admin_signing_prepare.prepare", sign_request_id=made["id"]), 303)


@pages.post("/admin/sign-requests/upload")
@staff_page("signing.write", streams=True)
def upload() -> Answer:
    """Add a PDF to the client's documents, which only the firm sees until it is sent, and go on with it."""
    fields: MultiDict[str, str] = MultiDict()
    document, error = None, _("Choose a file first.")
    for file in uploaded_files(fields):
        try:
            document = _received(file)
        except Problem as problem:
            if problem.status >= 500 and problem.status != 507:
                raise
            error = say_problem(problem)
        break
    account_id = fields.get("account_id", "")
    if document is None:
        flash(error, "error")
        return redirect(url_for(".new", account_id=account_id), 303)
    return redirect(url_for(".new", account_id=account_id, document_id=document["id"]), 303)


def _received(file: UploadedFile) -> Json:
    if not file.name.lower().endswith(".pdf"):
        raise Problem(422, "not_pdf", "Not a PDF")
    account_id = file.fields.get("account_id", "")
    return clients().documents.upload(account_id, file.name, file.chunks, content_type=file.content_type, share=False)


def _choose_client() -> str:
    wanted = request.args.get("q", "").strip()[:100]
    query = {"q": wanted, "status": "active", "sort": "name", "cursor": request.args.get("cursor"), "limit": 20}
    return render_template("admin/signing/choose_client.html", page=clients().portal.accounts(**query), wanted=wanted)


def _choose_document(account: Json, error: str | None = None) -> str:
    wanted = request.args.get("q", "").strip()[:100]
    query = {"account_id": account["id"], "q": wanted, "cursor": request.args.get("cursor")}
    page = clients().documents.documents(**query)
    rows = [document for document in page.rows if document["content_type"] == PDF]
    context = {"account": account, "page": page, "rows": rows, "wanted": wanted, "error": error}
    return render_template("admin/signing/choose_document.html", path_to=_path_to, **context)


def _path_to(account: Json, document: Json) -> str:
    return f"{url_for('.new')}?{urlencode({'account_id': account['id'], 'document_id': document['id']})}"


def _write(account: Json, document: Json, form: Form) -> str:
    return render_template("admin/signing/new.html", account=account, document=document, form=form)
