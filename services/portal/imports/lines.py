"""One line of a file as a client and a contact person: what people write in cells, and what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from services.portal.directory.names import fold, tax_key
from services.portal.directory.schemas import AccountFields, ContactFields
from services.portal.imports.reading import Record

Fault = tuple[str, str]
"""The field, and what is wrong with it."""

WORDS_OF = {
    "kind": {
        "company": ("company", "organisation", "empresa", "sociedad", "sociedade", "juridica"),
        "person": ("person", "individual", "persona", "particular", "fisica", "pessoa", "singular", "autonomo"),
    },
    "locale": {
        "en": ("english", "ingles", "eng", "en-gb", "en-us"),
        "es": ("spanish", "espanol", "castellano", "espanhol", "spa", "es-es"),
        "pt": ("portuguese", "portugues", "por", "pt-pt", "pt-br"),
    },
    "contact.role": {
        "owner": ("owner", "propietario", "titular", "proprietario", "dono", "administrador"),
        "member": ("member", "miembro", "membro"),
        "signer": ("signer", "firmante", "signatario", "assinante"),
        "billing": ("billing", "facturacion", "faturacao", "contabilidad", "contabilidade"),
    },
}  # fmt: skip
KNOWN = {
    name: {word: value for value, words in values.items() for word in (value, *words)}
    for name, values in WORDS_OF.items()
}
DATE = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
NEUTRAL = re.compile(r"^'(?=\s*[=+\-@\t\r＝＋－＠])")
UNKNOWN = "This word is not known here."
NO_DATE = "Write a date such as 2026-05-31 or 31/05/2026."
TOO_MANY_CELLS = "This line has more cells than the first line has columns."
NO_KEY = "This is empty, and it is what clients are recognised by."
NO_ADVISER = "Nobody of the staff has this name or address."
NO_NAME = "Fill this in."

_ACCOUNT, _CONTACT = AccountFields(partial=True), ContactFields(partial=True)


@dataclass
class Line:
    """What a line says of a client (`account`) and of one contact person of it, and its faults."""

    number: int
    account: dict[str, Any] = field(default_factory=dict)
    contact: dict[str, Any] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    key: str = ""
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """How the lines of an import are read: the field of each column, and by what clients are recognised."""

    mapping: Sequence[str]
    key: str
    advisers: Mapping[str, UUID]

    def read(self, record: Record) -> Line:
        """Return what a record says."""
        line = Line(record.line)
        if record.fault or len(record.cells) > len(self.mapping):
            line.faults.append(("", record.fault or TOO_MANY_CELLS))
            return line
        raw = {name: _plain(cell) for name, cell in zip(self.mapping, record.cells, strict=False) if name}
        values = {name: value for name, value in raw.items() if value}
        self._take(line, values)
        line.key = self._key_of(line)
        if not line.key and not line.faults:
            line.faults.append((self.key, NO_KEY))
        return line

    def _take(self, line: Line, values: Mapping[str, str]) -> None:
        account, contact, custom = {}, {}, {}
        for name, text in values.items():
            try:
                value = self._value(name, text)
            except ValidationError as error:
                line.faults.append((name, str(error.messages[0])))
                continue
            if name.startswith("custom."):
                custom[name.removeprefix("custom.")] = value
            elif name.startswith("contact."):
                contact[name.removeprefix("contact.")] = value
            elif name == "tags":
                line.tags = value
            elif name == "adviser":
                account["adviser_id"] = value
            else:
                account[name] = value
        line.account = _loaded(_ACCOUNT, account, "", line)
        if contact:
            line.contact = _loaded(_CONTACT, contact, "contact.", line)
        if custom:
            line.account["custom"] = custom

    def _value(self, name: str, text: str) -> Any:
        if name in KNOWN:
            return _known(name, text)
        match name:
            case "client_since":
                return _date(text)
            case "tags":
                return [part.strip()[:40] for part in re.split(r"[;,|]", text) if part.strip()]
            case "adviser":
                if (found := self.advisers.get(fold(text))) is None:
                    raise ValidationError(NO_ADVISER)
                return str(found)
        return text

    def _key_of(self, line: Line) -> str:
        match self.key:
            case "tax_number":
                return tax_key(line.account.get("tax_number", "")) or ""
            case "email":
                return line.account.get("email") or line.contact.get("email") or ""
        return line.account.get("external_id") or ""


def _loaded(schema: Any, values: dict[str, Any], prefix: str, line: Line) -> dict[str, Any]:
    try:
        return schema.load(values)  # type: ignore[no-any-return]
    except ValidationError as error:
        messages: Any = error.messages
        line.faults += [
            (prefix + ("adviser" if name == "adviser_id" else name), str(texts[0])) for name, texts in messages.items()
        ]
        return dict(error.valid_data or {})


def _plain(cell: str) -> str:
    return NEUTRAL.sub("", cell.strip())


def _known(name: str, text: str) -> str:
    found = KNOWN[name].get(fold(text)) or KNOWN[name].get(fold(text).split()[-1] if text.split() else "")
    if found is None:
        raise ValidationError(UNKNOWN)
    return found


def _date(text: str) -> str:
    try:
        if found := DATE.match(text):
            day, month, year = map(int, found.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise ValidationError(NO_DATE) from None
