"""How much clients' documents may take: for all in the settings, for one client on its page (B23)."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gateway.clients import clients
from gateway.edge.access import staff_page
from gateway.forms import Form

pages = Blueprint("admin_quotas", __name__)

Answer = str | Response | tuple[str, int]
GIGABYTE = 1000**3
MOST_GIGABYTES = 1_000_000


@pages.get("/admin/settings/uploads")
@staff_page("settings.write")
def settings() -> str:
    """What holds for clients without a quota of their own."""
    found = clients().documents.quota()["bytes"]
    return render_template("admin/quotas/settings.html", form=Form({"gigabytes": _shown(found)}))


@pages.post("/admin/settings/uploads")
@staff_page("settings.write")
def save_settings() -> Answer:
    """Set it for all."""
    form = Form.posted("gigabytes")
    size = _size(form)
    if form.errors:
        return render_template("admin/quotas/settings.html", form=form), 422
    clients().documents.set_quota(size)
    flash(_("Saved."))
    return redirect(url_for(".settings"), 303)


@pages.get("/admin/clients/<uuid:account_id>/quota")
@staff_page("settings.write")
def client_quota(account_id: UUID) -> str:
    """What one client's documents take, and may."""
    usage = clients().documents.usage(str(account_id))
    return _client_page(account_id, Form({"gigabytes": _shown(usage["quota"])}))


@pages.post("/admin/clients/<uuid:account_id>/quota")
@staff_page("settings.write")
def save_client_quota(account_id: UUID) -> Answer:
    """Give the client a quota of its own, or that of all again."""
    form = Form.posted("gigabytes")
    if request.form.get("whose") == "all":
        clients().documents.drop_quota(str(account_id))
    else:
        size = _size(form)
        if form.errors:
            return _client_page(account_id, form), 422
        clients().documents.set_quota(size, str(account_id))
    flash(_("Saved."))
    return redirect(url_for("admin_clients.show_client", account_id=account_id, tab="documents"), 303)


def _client_page(account_id: UUID, form: Form) -> str:
    usage = clients().documents.usage(str(account_id))
    return render_template("admin/quotas/client.html", usage=usage, form=form)


def _shown(size: int | None) -> str:
    return "" if size is None else f"{size / GIGABYTE:g}"


def _size(form: Form) -> int | None:
    text = form.value("gigabytes").strip().replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= MOST_GIGABYTES:
        form.add_error("gigabytes", _("Write a number of gigabytes, such as 5 or 0.5."))
        return None
    return int(number * GIGABYTE)
