"""The page of one case, as views show it and after a form that has to be looked at again."""

from flask import render_template

from gateway.admin.clients.account_form import advisers
from gateway.clients import Json, clients
from gateway.edge.sessions import current_visitor
from gateway.forms import Form


def case_page(case: Json, form: Form) -> str:
    """Return the page of a case; `form` is that of the reply."""
    may_write = current_visitor().can("requests.write")
    return render_template(
        "admin/cases/case.html",
        case=case,
        form=form,
        staff=advisers(case.get("assignee")) if may_write else [],
        answers=clients().cases.filled_answers(case["id"]) if may_write and "comment" in case["allowed"] else [],
    )
