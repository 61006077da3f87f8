"""What the services say, in the visitor's language. They speak English; the words are translated here.

A feature adds the codes of its problems to `PROBLEMS` and its fields' messages to `FIELDS`. What nobody added is
shown as the service said it.
"""

import re

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from gateway import formatting
from services.chassis.problems import Problem

PROBLEMS: dict[str, LazyString] = {
    "invalid_input": _l("Some of the input is not right. Nothing was saved yet."),
    "wrong_credentials": _l("E-mail or password is not right."),
    "wrong_code": _l("This code is not right. Look at the newest message and try again."),
    "wrong_factor": _l("This code is not right. Look at it again."),
    "challenge_over": _l("That took too long, or there were too many tries. Sign in once more."),
    "passkey_refused": _l("This passkey was not taken. Try again, or choose another way."),
    "passkey_not_made": _l("No passkey was made. Try again."),
    "passkey_taken": _l("This passkey is here already."),
    "way_off": _l("The firm has switched this way of signing in off. Choose another one."),
    "last_factor": _l("This is your last second factor. Add another one first."),
    "nothing_to_confirm": _l("This QR code is too old. Begin again."),
    "no_second_factor": _l("Add a passkey or an authenticator app first."),
    "password_too_short": _l(
        "First choose a password of at least 15 characters. Without a second factor it has to be that long."
    ),
    "too_many_passkeys": _l("You have as many passkeys as a person can have. Remove one first."),
    "no_passkey": _l("You have no passkey. Choose another way."),
    "other_proof": _l("Choose another way to confirm that it is you."),
    "proof_required": _l("Confirm first that it is you."),
    "code_expired": _l("This code works no more. Have a new one sent."),
    "not_tried": _l("Look first at what would go."),
    "rule_has_report": _l("This rule has deleted documents. Switch it off; its report stays."),
    "link_made_already": _l("This link was made already, and its address is shown once. Load the page again."),
    "share_links_switched_off": _l("The firm lets nobody make links here."),
    "document_locked": _l("This document is locked until it is paid."),
    "document_not_available": _l("This document is in the recycle bin or in quarantine."),
    "not_the_firms": _l("The client sent this document, so it cannot be locked."),
    "not_locked": _l("This document is not locked."),
    "locked_until_paid": _l("You get this document once it is paid."),
    "link_over": _l("This link works no more. Have a new one sent."),
    "type_switched_off": _l("The firm does not take this kind of file. Send it as a PDF, or ask the firm."),
    "being_checked": _l("This file is being checked for viruses. Try again in a moment."),
    "approval_exists": _l("This version was asked about or decided already. Load the page again."),
    "nothing_to_decide": _l("Nobody asks about this version any more. Load the page again."),
    "version_changed": _l("There is a newer version. Read it first."),
    "no_preview": _l("This file cannot be shown here. Download it to open it."),
    "archive_too_large": _l("This is too much for one download. Choose fewer documents."),
    "not_quarantined": _l("This document is not in quarantine any more."),
    "folder_private": _l("This folder is private to staff. Move the document into another one first."),
    "folder_takes_none": _l("This folder takes no documents from you."),
    "folder_name_taken": _l("A folder of this name is there already."),
    "folder_too_deep": _l("Folders lie at most eight deep."),
    "folder_into_itself": _l("A folder cannot lie in itself."),
    "folder_of_another": _l("This folder is another client's."),
    "too_many_folders": _l("This client has as many folders as one can have."),
    "version_not_allowed": _l("The firm keeps the versions of this document."),
    "version_is_newest": _l("This is the newest version already."),
    "undo_too_late": _l("This cannot be taken back any more. Ask the firm."),
    "not_in_bin": _l("Only what is in the recycle bin is deleted for good."),
    "legal_hold": _l("This client's data are held and cannot be deleted."),
    "content_removed": _l("The file of this document was removed for good."),
    "file_lost": _l("The file is lost: it is not in the file store any more. The firm knows of it."),
    "access_suspended": _l("Your access is suspended. Ask %(firm)s."),
    "access_not_started": _l("Your access starts on %(on)s. Until then, ask %(firm)s."),
    "access_ended": _l("Your access ended on %(on)s. Ask %(firm)s."),
    "no_access": _l("You have no access to the portal at the moment. Ask %(firm)s."),
    "not_activated": _l("Accept the invitation that was sent to you first."),
    "too_many_requests": _l("That was too many tries. Wait a few minutes and try again."),
    "too_many_attempts": _l("That was too many tries. Wait a few minutes and try again."),
    "changed_meanwhile": _l("Somebody changed this at the same time. Look at it and try again."),
    "conversations_switched_off": _l("The firm takes no new conversations here at the moment. Write to it by e-mail."),
    "idempotency_key_reused": _l("This was sent already. Load the page again before you write more."),
    "uploads_switched_off": _l("The firm takes no documents here at the moment. Send a message instead."),
    "export_running": _l("An export is being made already. Wait until it is ready."),
    "account_erased": _l("The data of this client is erased."),
    "erasure_open": _l("The erasure was asked for or decided already."),
    "account_archived": _l("This client is archived. Restore it first."),
    "not_invitable": _l("This person signs in already and needs no invitation."),
    "no_own_mobile": _l("The firm has no mobile number of yours. Tell it yours first."),
    "mobile_confirmed": _l("Your mobile number is confirmed already."),
    "no_mobile": _l("This person has no mobile number. Add one first."),
    "no_code_awaited": _l(
        "Nobody waits for a code. Ask the person to sign in, and send it while the page for the code is open."
    ),
    "not_active": _l("This person cannot sign in at the moment, so there is no code to send."),
    "too_many_contacts": _l("This client has as many contact persons as one can have."),
    "field_fixed": _l("This field is always there."),
    "field_built_in": _l("Only the firm’s own fields can be changed."),
    "too_many_fields": _l("There are as many fields here as one can have. Delete one first."),
    "too_many_sections": _l("There are as many sections here as one can have. Delete one first."),
    "not_dead": _l("This event is not dead any more: somebody replayed it already."),
    "empty_file": _l("This file is empty. Choose another one."),
    "type_not_allowed": _l("Files of this type are not taken. Send a PDF, an image, or an office document."),
    "incomplete_body": _l("The file did not arrive whole. Send it again."),
    "storage_full": _l("There is no room for this file at the moment. Tell the firm."),
    "too_large": _l("This file is too large."),
    "quota_exceeded": _l("There is no more room for the documents of this client."),
    "done_uploading_switched_off": _l("The firm has switched this off. It sees what you sent all the same."),
    "not_csv": _l("This is not a CSV file."),
    "too_many_lines": _l("This file has more than 100,000 lines. Divide it and send the parts one after another."),
    "import_running": _l("Another import is running. Wait until it is done."),
    "too_many_tags": _l("There are as many tags as there can be. Use one that is there."),
    "logo_not_image": _l("A logo is a PNG, a JPEG or a WebP. Choose another file."),
    "not_begun": _l("This has not begun yet. Delete it, or change when it begins."),
    "closed_too_long": _l("This case was closed too long ago. Open a new one."),
    "illegal_transition": _l("This is not possible any more: the state has changed. Load the page again."),
    "oidc_unavailable": _l("The identity provider does not answer at the moment. Sign in in another way."),
    "oidc_flow_over": _l("That took too long, or began in another browser. Sign in once more."),
    "oidc_refused": _l("The answer of the identity provider was not accepted. Sign in once more."),
    "oidc_unverified": _l("The identity provider has not verified your e-mail address. Ask who looks after it."),
    "oidc_unknown": _l("Nobody of the staff is known by this account. Ask an owner to invite you, or to reset it."),
    "address_taken": _l("Somebody of the staff has this e-mail address already."),
    "own_role": _l("Nobody changes their own role. Ask another owner."),
    "own_access": _l("You cannot suspend yourself."),
    "own_factor": _l("You cannot reset your own second factor. Ask another owner."),
    "last_account_owner": _l("Somebody has to stay owner. Make another colleague one first."),
    "last_owner": _l("The firm needs an active owner. Make somebody else one first."),
    "not_viewable": _l("This person cannot sign in at the moment, so there is nothing to view."),
    "forbidden": _l("You do not have the permission for this."),
    "cannot_sign": _l("Somebody cannot sign: their role is for invoices only."),
    "no_plan": _l("Say first who signs, and where."),
    "reviews_off": _l("The firm takes no reviews at the moment."),
    "answered_already": _l("This review is answered already, so it stays as it is."),
    "no_firm_address": _l("The firm has no e-mail address here yet. Call it instead."),
    "too_many_mails": _l("You have written many e-mails just now. Wait a while, or call the firm."),
    "not_pdf": _l("Only PDF documents can be signed. Choose another one."),
}

FIELDS: tuple[tuple[str, LazyString], ...] = (
    (r"Confirm that you want all data erased\.", _l("Confirm that you want all data erased.")),
    (r"This is not the name of the client\.", _l("This is not the name of the client.")),
    (r"This day is over\.", _l("This day is over.")),
    (r"At least one day\.", _l("At least one day.")),
    (r"Add a document\.", _l("Add a document.")),
    (r"At most (?P<num>\d+) clients at once\.", _l("At most %(num)s clients at once.")),
    (r"Choose the clients\.", _l("Choose the clients.")),
    (r"The titles of the checklist are too long together\.", _l("The titles of the checklist are too long together.")),
    (r"The end is before the start\.", _l("The end is before the start.")),
    (
        r"It would never come: the end is before the first day\.",
        _l("It would never come: the end is before the first day."),
    ),
    (r"At most (?P<num>\d+) days\.", _l("At most %(num)s days.")),
    (r"1 to 100000, or nothing\.", _l("1 to 100000, or nothing.")),
    (r"8 to 128 characters\.", _l("8 to 128 characters.")),
    (r"Missing data for required field\.|Fill this in\.|Field may not be (null|empty)\.", _l("Fill this in.")),
    (r"Owners and managers see every client\.", _l("Owners and managers see every client.")),
    (
        r"Only those who see every client choose the adviser\.",
        _l("Only those who see every client choose the adviser."),
    ),
    (r"Choose a role\.", _l("Choose a role.")),
    (r"Choose 1 to 5 stars\.", _l("Choose 1 to 5 stars.")),
    (r"Choose at least one person\.", _l("Choose at least one person.")),
    (r"This is before it begins\. Choose a later end\.", _l("This is before it begins. Choose a later end.")),
    (r"Choose at least one client\.", _l("Choose at least one client.")),
    (r"Choose at least one tag\.", _l("Choose at least one tag.")),
    (r"One of these tags does not exist\.", _l("One of these tags does not exist.")),
    (r"One of these clients does not exist\.", _l("One of these clients does not exist.")),
    (r"Write a title in this language, too\.", _l("Write a title in this language, too.")),
    (r"Write what stands on the button\.", _l("Write what stands on the button.")),
    (r"This image is broken\. Choose another one\.", _l("This image is broken. Choose another one.")),
    (
        r"This image has too many pixels\. Choose a smaller one\.",
        _l("This image has too many pixels. Choose a smaller one."),
    ),
    (
        r"This is a workbook\. In your spreadsheet program, save it as CSV and send that\.",
        _l("This is a workbook. In your spreadsheet program, save it as CSV and send that."),
    ),
    (r"This is not a text file\.", _l("This is not a text file.")),
    (r"A line of this file is too long\.", _l("A line of this file is too long.")),
    (r"This word is not known here\.", _l("This word is not known here.")),
    (
        r"Write a date such as 2026-05-31 or 31/05/2026\.",
        _l("Write a date such as 2026-05-31 or 31/05/2026."),
    ),
    (
        r"This line has more cells than the first line has columns\.",
        _l("This line has more cells than the first line has columns."),
    ),
    (
        r"This is empty, and it is what clients are recognised by\.",
        _l("This is empty, and it is what clients are recognised by."),
    ),
    (r"Nobody of the staff has this name or address\.", _l("Nobody of the staff has this name or address.")),
    (
        r"More than one client has this, so it is not clear which is meant\.",
        _l("More than one client has this, so it is not clear which is meant."),
    ),
    (
        r"This line cannot be read: a quotation mark is opened in it and not closed\.",
        _l("This line cannot be read: a quotation mark is opened in it and not closed."),
    ),
    (r"Say which column is the client's name\.", _l("Say which column is the client's name.")),
    (r"Another column is this field already\.", _l("Another column is this field already.")),
    (
        r"No column is this field, so nobody can be recognised by it\.",
        _l("No column is this field, so nobody can be recognised by it."),
    ),
    (r"Shorter than minimum length 1\.|Length must be between 1 and \d+\.", _l("Fill this in.")),
    (r"Shorter than minimum length (?P<min>\d+)\.", _l("Use at least %(min)s characters.")),
    (r"Longer than maximum length (?P<max>\d+)\.", _l("Use at most %(max)s characters.")),
    (r"Use (?P<min>\d+) to (?P<max>\d+) characters\.", _l("Use %(min)s to %(max)s characters.")),
    (r"Not a valid email address\.", _l("Write an e-mail address like ana@example.com.")),
    (r"Not a valid date\.", _l("Choose a date.")),
    (r"Must be one of: .*|Choose en, es or pt\.|Choose a time zone such as .*", _l("Choose one of the options.")),
    (
        r"Write an e-mail address such as ana@example\.com\.|This is not an e-mail address\.",
        _l("Write an e-mail address like ana@example.com."),
    ),
    (
        r"Begin with the country code, for example \+34 612 345 678\.",
        _l("Begin with the country code, for example +34 612 345 678."),
    ),
    (
        r"This is not a telephone number\. Write it like \+34 612 345 678\.",
        _l("This is not a telephone number. Write it like +34 612 345 678."),
    ),
    (
        r"No telephone has this number\. Check its country code and digits\.",
        _l("No telephone has this number. Check its country code and digits."),
    ),
    (
        r"This is a landline, which gets no text messages\. Give a mobile number\.",
        _l("This is a landline, which gets no text messages. Give a mobile number."),
    ),
    (r"Use digits, spaces and \+ \( \) - \. /", _l("Use digits, spaces and + ( ) - . /")),
    (r"Write an address that begins with https://", _l("Write an address that begins with https://")),
    (r"The end is before the start\.", _l("The end is before the start.")),
    (
        r"The firm knows this person\. Ask it to give them access\.",
        _l("The firm knows this person already. Ask it to give them access."),
    ),
    (
        r"Another contact of this client has this address\.",
        _l("Another contact person of this client has this address."),
    ),
    (
        r"This field is not active\. Activate it in the field editor\.",
        _l("This field is not active. Activate it in the field editor."),
    ),
    (
        r"The hours of a day follow each other, and end after they begin\.",
        _l("The hours of a day follow each other, and end after they begin."),
    ),
    (r"Give at least one hour in the week\.", _l("Give at least one hour in the week.")),
    (r"Choose somebody of the staff\.", _l("Choose somebody of the staff.")),
    (r"Nothing is called \{(?P<name>[a-z_]+)\}\.", _l("Nothing is called {%(name)s}.")),
    (r"Write the answer in at least one language\.", _l("Write the answer in at least one language.")),
    (r"Choose at most a year\.", _l("Choose at most a year.")),
    (r"There is no such field\.", _l("This field is not there any more. Load the page again.")),
    (
        r"The firm keeps this\. Tell it when something has changed\.",
        _l("The firm keeps this. Tell it when something has changed."),
    ),
    (r"This field cannot be that\.", _l("This field cannot be that.")),
    (r"Write a number\.", _l("Write a number.")),
    (r"Use at most 15 digits\.", _l("Use at most 15 digits.")),
    (r"Choose yes or no\.", _l("Choose yes or no.")),
    (r"Choose a document of this client\.", _l("Choose one of the documents.")),
    (r"Give at least one option\.", _l("Give at least one option.")),
    (r"Each option needs a name of its own\.", _l("Each option needs a name of its own.")),
    (r"Not a contact of this client\.", _l("This is no contact person of this client.")),
    (
        r"White text on this colour is hard to read \(contrast (?P<ratio>[\d.]+), at least (?P<least>[\d.]+) .*",
        _l(
            "White text on this colour is hard to read (contrast %(ratio)s, at least %(least)s is needed). "
            "Choose a darker one."
        ),
    ),
    (r"Write a colour like #1f5f8b\.", _l("Write a colour like #1f5f8b.")),
    (r"Write a currency like EUR\.", _l("Write a currency like EUR.")),
    (r"A button can stand there only once\.", _l("A button can stand there only once.")),
    (r"Leave at least one way to sign in\.", _l("Leave at least one way to sign in.")),
    (r"This is not your present password\.", _l("This is not your present password.")),
    (r"The code is wrong( or works no more)?\.", _l("This code is not right. Look at it again.")),
    (r"The password is wrong\.", _l("This password is not right.")),
    (
        r"Use at least (?P<min>\d+) characters\. A few unrelated words are easy to remember\.",
        _l("Use at least %(min)s characters. A few unrelated words are easy to remember."),
    ),
    (
        r"This password is easy to guess\. A few unrelated words are harder\.",
        _l("This password is easy to guess. A few unrelated words are harder."),
    ),
    (r"Use at most (?P<max>\d+) characters\.", _l("Use at most %(max)s characters.")),
    (
        r"There is no such active client\.",
        _l("This client is archived or not known to signing yet. Try again in a moment."),
    ),
    (r"This drawing is no PNG picture\.", _l("This drawing cannot be read. Make it anew.")),
    (r"This drawing (has too many pixels|is empty)\.", _l("This drawing is empty or too large. Make it anew.")),
    (r"Write the date as year-month-day\.", _l("Choose a date.")),
    (r"This is too long for its place\.", _l("This is too long for its place. Write it shorter.")),
    (
        r"This typeface has no (?P<letters>.+)\. Draw your signature instead\.",
        _l("This handwriting has no %(letters)s. Draw your signature instead."),
    ),
    (
        r"(?P<name>.+) cannot sign: their role is for invoices only\.",
        _l("%(name)s cannot sign: their role is for invoices only. Take them out, or change their role."),
    ),
    (r"Somebody has to sign\.", _l("Somebody has to sign.")),
    (r"Each signer needs a place for the signature\.", _l("Each signer needs a place for the signature.")),
    (r"This is none of the signers\.", _l("Only who signs can have fields.")),
    (r"This field reaches beyond the page\.", _l("A field reaches beyond its page.")),
    (r"The document has (?P<pages>\d+) pages\.", _l("The document has %(pages)s pages.")),
    (r"This is no contact of the client\.", _l("Somebody is no contact person of this client any more.")),
    (
        r"This contains a character that cannot be used here\.",
        _l("This contains a character that cannot be used here."),
    ),
)
_PATTERNS = [(re.compile(pattern), message) for pattern, message in FIELDS]


def say(text: str) -> str:
    """Return a field's message in the visitor's language."""
    for pattern, message in _PATTERNS:
        if match := pattern.fullmatch(text):
            return str(message) % {name: value for name, value in match.groupdict().items() if value is not None}
    return text


def say_problem(problem: Problem) -> str:
    """Return what a problem says as a whole in the visitor's language.

    `on` in a message is the problem's day, `firm` whom to ask: the firm with its telephone and e-mail (S9).
    """
    if known := PROBLEMS.get(problem.code):
        return str(known) % {"on": formatting.date_in_words(problem.extra.get("on")), "firm": _whom_to_ask()}
    return problem.detail or _("That did not work: %(reason)s", reason=problem.title)


def _whom_to_ask() -> str:
    firm = g.get("firm") or {}
    name = firm.get("firm_name") or _("the firm")
    ways = [firm[way] for way in ("phone", "email") if firm.get(way)]
    return f"{name} ({', '.join(ways)})" if ways else name
