"""Writes docs/events.md from the contracts: `python -m services.contracts.document docs/events.md`."""

import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import marshmallow
from marshmallow import fields

from services.contracts import SCHEMAS, SUBSCRIPTIONS

HEAD = """# Events

Made from `services/contracts` by `make docs`; do not edit. Every event is a CloudEvents 1.0 envelope in JSON, at most
64 KiB, with `correlationid`, `causationid`, `traceparent` and `subjectversion` besides. Consumers ignore what they do
not know, so that fields may be added; a breaking change is a new version of the type. A *sealed* field is encrypted for
the one service that must read it.
"""


def document() -> str:
    """Return the whole document."""
    return HEAD + "".join(_event(type, schema) for type, schema in SCHEMAS.items())


def _event(type: str, schema: marshmallow.Schema) -> str:
    listeners = sorted(name for name, types in SUBSCRIPTIONS.items() if type in types)
    rows = "".join(f"| `{name}` | {kind} |\n" for name, kind in _fields(schema.fields))
    return (
        f"\n## {type}\n\n{inspect.getdoc(schema.__class__)}\n\n"
        f"Heard by: {', '.join(listeners) or 'nobody yet'}. "
        f"Example: `services/contracts/examples/{type}.json`.\n\n| field | holds |\n|---|---|\n{rows}"
    )


def _fields(members: Mapping[str, fields.Field[Any]], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in members.items():
        yield prefix + name, _kind(field)
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from _fields(inner.schema.fields, f"{prefix}{name}{'[]' if inner is not field else ''}.")


def _kind(field: fields.Field[Any]) -> str:
    words = {
        fields.UUID: "id",
        fields.AwareDateTime: "moment",
        fields.Date: "day",
        fields.Integer: "number",
        fields.Boolean: "yes or no",
        fields.Nested: "object",
        fields.Dict: "object of yes or no",
    }
    if isinstance(field, fields.List):
        return f"list of {_kind(field.inner)}"
    text = next((word for kind, word in words.items() if isinstance(field, kind)), "text")
    for validator in field.validators:
        if isinstance(validator, marshmallow.validate.OneOf):
            text = " or ".join(f"`{choice}`" for choice in validator.choices)
        elif isinstance(validator, marshmallow.validate.Regexp):
            text = "sealed text"
    return f"{text}, or null" if field.allow_none else text


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document())
