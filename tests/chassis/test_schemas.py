"""What text may come in, and what a client reads when something is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from services.chassis.event import Event, MalformedEvent
from services.chassis.problems import flatten
from services.chassis.schemas import Schema, Text, clean_text


class Named(Schema):
    name = Text(required=True, max=10)


@pytest.mark.parametrize("text", ["a\x00b", "a\r\nBcc: x", "a\u2028b", "a\u0085b", "a\ud800b", "a\u202eb", "a\x1bb"])
def test_text_that_could_pass_for_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="cannot be used"):
        clean_text(text)


def test_text_of_several_lines_keeps_its_lines() -> None:
    assert clean_text(" one\r\ntwo\rthree ", multiline=True) == "one\ntwo\nthree"


def test_letters_are_composed() -> None:
    assert clean_text("Mari\u0301n") == "Mar\u00edn"


@given(st.text())
def test_clean_text_is_clean_or_refused(text: str) -> None:
    try:
        cleaned = clean_text(text, multiline=True)
    except ValidationError:
        return
    assert clean_text(cleaned, multiline=True) == cleaned
    cleaned.encode("utf-8")


@pytest.mark.parametrize("name", ["", "   ", "x" * 11, None, 5, ["x"]])
def test_a_name_that_is_none_is_refused_beside_its_field(name: object) -> None:
    assert list(Named().validate({"name": name})) == ["name"]


def test_what_nobody_asked_for_is_refused() -> None:
    assert list(Named().validate({"name": "Ana", "is_admin": True})) == ["is_admin"]


def test_nested_messages_become_paths() -> None:
    messages = {"json": {"contacts": {0: {"email": ["Not an e-mail."]}}, "_schema": ["Wrong together."]}}
    assert flatten(messages) == {"contacts.0.email": ["Not an e-mail."], "": ["Wrong together."]}


class TestEnvelope:
    def event(self, **data: object) -> Event:
        return Event.new("portal.account.saved.v1", source="portal", subject="a", version=1, data=data)

    def test_comes_back_as_it_went(self) -> None:
        event = self.event(name="Ñ")
        assert Event.from_bytes(event.to_bytes()) == event

    def test_has_a_limit(self) -> None:
        with pytest.raises(ValueError, match="bytes"):
            self.event(text="x" * 70_000).to_bytes()
        with pytest.raises(MalformedEvent, match="bytes"):
            Event.from_bytes(b" " * 70_000)

    @given(st.binary(max_size=300))
    def test_any_bytes_are_an_event_or_malformed(self, body: bytes) -> None:
        with pytest.raises(MalformedEvent):
            Event.from_bytes(body)

    @pytest.mark.parametrize(
        "missing", ["specversion", "id", "type", "source", "subject", "subjectversion", "time", "data"]
    )
    def test_every_attribute_is_needed(self, missing: str) -> None:
        import orjson

        envelope = orjson.loads(self.event().to_bytes())
        del envelope[missing]
        with pytest.raises(MalformedEvent):
            Event.from_bytes(orjson.dumps(envelope))

    @pytest.mark.parametrize("text", ["\0", "a\0b", "\\\0"])
    def test_a_nul_is_refused(self, text: str) -> None:
        with pytest.raises(MalformedEvent, match="NUL"):
            Event.from_bytes(self.event(text=text).to_bytes())

    def test_the_letters_of_its_escape_are_just_text(self) -> None:
        event = self.event(text="\\u0000")
        assert Event.from_bytes(event.to_bytes()) == event

    def test_a_type_must_be_well_formed(self) -> None:
        with pytest.raises(ValueError, match="is not"):
            Event.new("Saved", source="portal", subject="a", version=1, data={})
