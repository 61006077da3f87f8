"""Marshmallow parts that every API shares: strict schemas, clean text, pages of a list."""

import unicodedata
from typing import Any

import marshmallow
from marshmallow import RAISE, ValidationError, fields, validate

fields.Field.default_error_messages |= {"required": "Fill this in.", "null": "Fill this in."}

LINE_BREAKS = "\u0085\u2028\u2029\x0b\x0c"
BIDI_CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Schema(marshmallow.Schema):
    """A schema that refuses what it does not know, so that nothing is assigned by accident."""

    class Meta:
        unknown = RAISE


def clean_text(value: str, *, multiline: bool = False) -> str:
    """Return `value` stripped and in Unicode normal form C; raise `ValidationError` for what no text needs.

    Refused: NUL and other control characters, surrogates, separators that mail and logs take for line ends
    (U+0085, U+2028, U+2029), and bidirectional overrides, which make a name read as another.
    """
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n") if multiline else value).strip()
    for character in text:
        if character == "\n" and multiline or character == "\t" and multiline:
            continue
        if unicodedata.category(character) in ("Cc", "Cs") or character in LINE_BREAKS or character in BIDI_CONTROLS:
            raise ValidationError("This contains a character that cannot be used here.")
    return text


class Text(fields.String):
    """Text of at most `max` characters (200 unless told); `multiline` allows line feeds and tabs."""

    def __init__(self, *, max: int = 200, min: int = 0, multiline: bool = False, **kwargs: Any) -> None:
        length = validate.Length(min=min, max=max, error="Use {min} to {max} characters." if min > 1 else None)
        super().__init__(validate=[length, *_as_list(kwargs.pop("validate", None))], **kwargs)
        self.multiline = multiline
        if min == 0 and kwargs.get("required"):
            self.validators.insert(0, validate.Length(min=1, error="Fill this in."))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return clean_text(super()._deserialize(value, attr, data, **kwargs) or "", multiline=self.multiline)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


class PageQuery(Schema):
    """What every list takes: a cursor from the answer before, and how many."""

    cursor = fields.String(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
