"""The parts from which contracts are built. Consumers accept what they do not know: changes are additive."""

from typing import Any

import marshmallow
from marshmallow import INCLUDE, fields, validate

LOCALES = ("en", "es", "pt")


class Data(marshmallow.Schema):
    """The data of an event, or a part of it."""

    class Meta:
        unknown = INCLUDE


def one_of(*words: str, **kwargs: Any) -> fields.String:
    """Return a required field that takes one of `words`."""
    return fields.String(required=True, validate=validate.OneOf(words), **kwargs)


def text(**kwargs: Any) -> fields.String:
    """Return a required text."""
    return fields.String(required=True, **kwargs)


def uuid(**kwargs: Any) -> fields.UUID:
    """Return a required id."""
    return fields.UUID(required=True, **kwargs)


def moment(**kwargs: Any) -> fields.AwareDateTime:
    """Return a required moment, with its time zone."""
    return fields.AwareDateTime(required=True, format="iso", **kwargs)


def day(**kwargs: Any) -> fields.Date:
    """Return a required day, in the firm's time zone."""
    return fields.Date(required=True, **kwargs)


def number(**kwargs: Any) -> fields.Integer:
    """Return a required whole number."""
    return fields.Integer(required=True, **kwargs)


def flag(**kwargs: Any) -> fields.Boolean:
    """Return a required yes or no."""
    return fields.Boolean(required=True, **kwargs)


def part(schema: type[marshmallow.Schema] | marshmallow.Schema, **kwargs: Any) -> fields.Nested:
    """Return a required object of the given shape."""
    return fields.Nested(schema, required=True, **kwargs)


def listed(inner: fields.Field[Any] | type[marshmallow.Schema], **kwargs: Any) -> fields.List[Any]:
    """Return a required list of `inner`."""
    content = inner if isinstance(inner, fields.Field) else fields.Nested(inner)
    return fields.List(content, required=True, **kwargs)


def sealed() -> fields.String:
    """Return a required secret, sealed for the one service that must read it (a compact JWE)."""
    return fields.String(required=True, validate=validate.Regexp(r"^[\w-]+(\.[\w-]*){4}$", error="must be sealed"))


class Person(Data):
    """Who did it."""

    kind = one_of("staff", "client", "service")
    id = text()
    name = text()
