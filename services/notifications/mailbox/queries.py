"""Reading captured messages from their folder."""

import re
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import orjson

from services.chassis.problems import not_found

ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-[0-9]{1,4})?$")
LINK = re.compile(r"https?://[^\s<>\"']+")


def captured(folder: Path, *, to: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """Return the latest captured messages, each in brief; those to an address or number that contains `to`."""
    paths = [path for path in folder.glob("[!.]*") if path.suffix in (".eml", ".json")] if folder.is_dir() else []
    items = []
    for path in sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True):
        entry = _brief(path)
        if to.casefold() in entry["to"].casefold():
            items.append(entry)
        if len(items) == limit:
            break
    return items


def captured_message(folder: Path, id: str) -> dict[str, Any]:
    """Return one captured message, whole; raise a 404 `Problem`."""
    if not ID.match(id):
        raise not_found("This message")
    for suffix in (".eml", ".json"):
        if (path := folder / f"{id}{suffix}").is_file():
            return _brief(path) | (_mail(path) if suffix == ".eml" else _sms(path))
    raise not_found("This message")


def _brief(path: Path) -> dict[str, Any]:
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if path.suffix == ".json":
        content = orjson.loads(path.read_bytes())
        return {
            "id": path.stem,
            "channel": "sms",
            "to": content["to"],
            "subject": _first_line(content["text"]),
            "at": at,
        }
    message = _parsed(path)
    return {
        "id": path.stem,
        "channel": "email",
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "at": at,
    }


def _mail(path: Path) -> dict[str, Any]:
    message = _parsed(path)
    text = _part(message, "plain")
    return {
        "from": str(message["From"]),
        "reply_to": str(message["Reply-To"] or ""),
        "headers": [{"name": name, "value": str(value)} for name, value in message.items()],
        "text": text,
        "html": _part(message, "html"),
        "links": LINK.findall(text),
    }


def _sms(path: Path) -> dict[str, Any]:
    text = orjson.loads(path.read_bytes())["text"]
    return {"text": text, "links": LINK.findall(text)}


def _parsed(path: Path) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert isinstance(message, EmailMessage)
    return message


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
