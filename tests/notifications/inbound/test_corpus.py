"""Mails as programs really write them, and as nobody should: `corpus/<shape>.eml`, and beside it what is read in it.

`from` are the senders, `answers` whether an address names a message of ours, `text` what is new (null: whatever),
`files` the files; `refused`, `ignored` and `bounce` say what the mail is instead. The addresses are signed with KEY.
"""

import base64
import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from services.notifications.inbound.automatic import bounce_of, why_automatic
from services.notifications.inbound.parsing import Unreadable, read
from services.notifications.inbound.reply_addresses import named_message
from services.notifications.inbound.trimming import trimmed

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.eml"))
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
BASE, US = "reply@portal.example", "no-reply@portal.example"


def outcome(content: bytes) -> dict[str, Any]:
    """Return what is read in a mail, by the steps that `judging` takes."""
    try:
        mail = read(content)
    except Unreadable as error:
        return {"refused": str(error)}
    if bounce := bounce_of(mail):
        named = named_message(BASE, KEY, [*mail.recipients, *bounce.recipients])
        return {"bounce": bounce.action, "answers": named[0] is not None}
    if reason := why_automatic(mail, {US, BASE}):
        return {"ignored": reason}
    answers = named_message(BASE, KEY, mail.recipients)[0] is not None
    files = [file.name for file in mail.files]
    return {"from": mail.senders, "answers": answers, "text": trimmed(mail.text, (US, "reply+")), "files": files}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_mail_is_read_as_a_person_would(path: Path) -> None:
    began = process_time()
    found, wanted = outcome(path.read_bytes()), json.loads(path.with_suffix(".json").read_text())
    if wanted.get("text", "") is None:
        wanted["text"] = found["text"]
    assert found == wanted
    assert process_time() - began < 3


def test_there_are_shapes_enough() -> None:
    assert len(CORPUS) >= 60
