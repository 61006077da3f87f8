"""Every word is marked for translation, and every marked word is translated (B12)."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, nodes

from gateway import catalogues, languages
from gateway.app import Gateway
from tests.gateway.conftest import Visitor
from tests.gateway.house import CLIENT_SESSION

GATEWAY = Path(catalogues.__file__).parent
TEMPLATES = sorted(path for path in GATEWAY.rglob("templates/**/*.html") if "specimens" not in path.parts)
SPOKEN = {"title", "aria-label", "placeholder", "alt", "aria-description"}
SPOKEN_ARGUMENTS = {"label", "hint", "title", "text", "heading", "note", "more", "submit", "empty", "caption", "action"}
VERBATIM = {"script", "style", "code", "kbd", "pre"}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
BODY_CLASS = re.compile(r"{% block body_class %}.*?{% endblock %}")
ATTRIBUTES = re.compile(r'(\s*[\w-]+="[^"]*"?)+\s*')
GAP = "\N{ZERO WIDTH SPACE}"
SEEN = ("data", "variable_end", "block_end")
environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.i18n"])


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    assert list(catalogues.missing(language)) == [], "run `python -m gateway.catalogues missing` and fill them in"


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_the_catalogue_has_the_messages_of_the_source_and_no_others(language: str) -> None:
    known = {(message.id, message.context) for message in catalogues.read(language) if message.id}
    assert known == _of_the_source(), "run `python -m gateway.catalogues update`"


@cache
def _of_the_source() -> set[Any]:
    return set(catalogues.source_messages())


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_translations_have_the_placeholders_of_their_message(language: str) -> None:
    wrong = []
    for message in catalogues.read(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        expected = set(PLACEHOLDER.findall(ids[-1]))
        wrong += [string for string in strings if string and message.id and not _matches(string, expected, ids)]
    assert wrong == []


def _matches(string: str, expected: set[str], ids: tuple[str, ...]) -> bool:
    found = set(PLACEHOLDER.findall(string))
    return found == expected or (len(ids) > 1 and found <= expected)


class Spoken(HTMLParser):
    """Collects the text and the spoken attributes of a template whose expressions were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VERBATIM:
            self._inside.append(tag)
        self.found += [f"{name}={value!r}" for name, value in attrs if name in SPOKEN and _has_words(value or "")]

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        texts = [] if self._inside else [text.strip() for text in data.split(GAP)]
        self.found += [text for text in texts if _has_words(text) and not ATTRIBUTES.fullmatch(text)]


def _has_words(text: str) -> bool:
    return re.search(r"[^\W\d_]{2,}", text) is not None


def _bare_html(source: str) -> str:
    """Return a template without its comments, statements and expressions."""
    source = BODY_CLASS.sub("", source)
    return "".join(value if kind == "data" else GAP for _line, kind, value in environment.lex(source) if kind in SEEN)


def template_name(path: Path) -> str:
    return path.relative_to(GATEWAY).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_no_template_has_words_of_its_own(path: Path) -> None:
    parser = Spoken()
    parser.feed(_bare_html(path.read_text()))
    parser.close()
    assert parser.found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_no_macro_is_given_words_that_are_not_marked(path: Path) -> None:
    tree = environment.parse(path.read_text())
    found = [
        f"{argument.key}={argument.value.value!r}"
        for call in tree.find_all(nodes.Call)
        for argument in call.kwargs
        if argument.key in SPOKEN_ARGUMENTS
        and isinstance(argument.value, nodes.Const)
        and _has_words(str(argument.value.value))
        and not str(argument.value.value).startswith("/")
        and argument.value.value not in (None, True, False)
    ]
    assert found == []


def test_the_two_tests_above_find_what_they_look_for() -> None:
    parser = Spoken()
    parser.feed(
        _bare_html("<p title='Hint'>{# no #}{{ _('yes') }} Words {% if a %}more{% endif %}</p><code>x y</code>")
    )
    assert parser.found == ["title='Hint'", "Words", "more"]


def python_calls() -> Iterator[tuple[str, ast.Call]]:
    for path in GATEWAY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield f"{template_name(path)}:{node.lineno}", node


def test_no_message_to_a_visitor_is_a_bare_string() -> None:
    speaking = {"flash": 0, "add_error": 1, "require": 1}
    wrong = []
    for place, call in python_calls():
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        at = speaking.get(name)
        if at is not None and len(call.args) > at and isinstance(call.args[at], (ast.Constant, ast.JoinedStr)):
            wrong.append(place)
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "word", "tag"), [("en", "Sign in", "en"), ("es", "Entrar", "es"), ("pt", "Palavra-passe", "pt-PT")]
)
def test_pages_come_in_the_language_of_the_browser_until_one_is_chosen(
    gateway: Gateway, anybody: Visitor, language: str, word: str, tag: str
) -> None:
    catalogues.compile_catalogues()
    page = anybody.get("/sign-in/password", headers={"Accept-Language": f"{language}-XX,de;q=0.5"})
    assert word in page.text
    assert f'<html lang="{tag}"' in page.text
    anybody.post("/language", {"language": language}, page="/sign-in/password")
    assert word in anybody.get("/sign-in/password", headers={"Accept-Language": "de"}).text


def test_a_person_s_own_language_counts_most(house, gateway: Gateway) -> None:
    house.users[CLIENT_SESSION]["locale"] = "pt"
    visitor = Visitor(gateway, atrio_client=CLIENT_SESSION, atrio_language="es")
    assert "Pedidos recebidos" in visitor.get("/home", headers={"Accept-Language": "en"}).text


def test_changing_the_language_is_kept_by_identity(house, client: Visitor) -> None:
    client.post("/language", {"language": "pt"}, page="/home")
    [call] = house.called("PATCH", "/identity/v1/me")
    assert call.get_json() == {"locale": "pt"}


def test_a_language_that_is_none_changes_nothing(house, client: Visitor) -> None:
    client.post("/language", {"language": "xx"}, page="/home")
    assert house.called("PATCH", "/identity/v1/me") == []


def test_the_languages_of_pages_and_catalogues_are_the_same() -> None:
    assert set(languages.LANGUAGES) == {languages.DEFAULT, *catalogues.LANGUAGES}
