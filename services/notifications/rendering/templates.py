"""Templates: one file for each kind and language, `templates/<kind>/<language>.txt`.

Some lines `name: text` (subject, preheader, button, inside, sms), a blank line, then paragraphs. A paragraph that
starts with `> ` is a quotation, with `# ` large; `[button]` is the button, `[stars]` a link for each number of stars.
`{{ name }}` is a placeholder, the only thing of Jinja that is allowed; a paragraph in which a placeholder has nothing
to say is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

BUTTON, STARS = "[button]", "[stars]"
_TEXT = ImmutableSandboxedEnvironment(autoescape=False, undefined=StrictUndefined, keep_trailing_newline=True)
_HTML = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)


class TemplateWrong(ValueError):
    """A template holds more than placeholders, or one that its kind has not; the text says where."""


@dataclass(frozen=True)
class Line:
    """One line or paragraph of a template. `style` is plain, quote, large, button or stars."""

    style: str
    names: frozenset[str]
    text: Compiled
    html: Compiled

    def is_silent(self, values: Mapping[str, str]) -> bool:
        """Return whether a placeholder of this line has nothing to say."""
        return any(not values[name] for name in self.names)

    def as_text(self, values: Mapping[str, str]) -> str:
        """Return this line as plain text."""
        return self.text.render(values)

    def as_html(self, values: Mapping[str, str]) -> Markup:
        """Return this line as HTML; what the values hold is text, whatever it looks like."""
        # Safe: rendered by an environment that escapes, from placeholders alone.
        return Markup(self.html.render({name: _with_breaks(values[name]) for name in self.names}))  # noqa: S704


@dataclass(frozen=True)
class Template:
    """A parsed template: its named lines and its paragraphs."""

    lines: Mapping[str, Line]
    paragraphs: tuple[Line, ...]

    @property
    def names(self) -> frozenset[str]:
        """All placeholders of this template."""
        found = [line.names for line in (*self.lines.values(), *self.paragraphs)]
        return frozenset().union(*found)


@cache
def load(kind: str, locale: str) -> Template:
    """Return the template of a kind in a language; raise `FileNotFoundError` or `TemplateWrong`."""
    return parse(files("services.notifications").joinpath("templates", kind, f"{locale}.txt").read_text("utf-8"))


def parse(source: str) -> Template:
    """Return the template in `source`; raise `TemplateWrong` where it holds more than placeholders."""
    head, _, body = source.strip().partition("\n\n")
    lines = {}
    for entry in head.splitlines():
        name, colon, text = entry.partition(":")
        if not colon:
            raise TemplateWrong(f"not `name: text`: {entry}")
        lines[name.strip()] = _line("plain", text.strip())
    paragraphs = (" ".join(paragraph.split()) for paragraph in body.split("\n\n") if paragraph.strip())
    return Template(lines, tuple(_paragraph(paragraph) for paragraph in paragraphs))


def _paragraph(text: str) -> Line:
    if text in (BUTTON, STARS):
        return _line(text.strip("[]"), "")
    for mark, style in (("> ", "quote"), ("# ", "large")):
        if text.startswith(mark):
            return _line(style, text.removeprefix(mark))
    return _line("plain", text)


def _line(style: str, source: str) -> Line:
    try:
        tree = _TEXT.parse(source)
    except TemplateSyntaxError as error:
        raise TemplateWrong(f"{error.message}: {source}") from None
    for node in _walk(tree):
        if not isinstance(node, _ALLOWED):
            raise TemplateWrong(f"only placeholders may stand in a template: {source}")
    names = frozenset(node.name for node in tree.find_all(nodes.Name))
    # The words of the template are text as well, so they are escaped before the placeholders are filled.
    return Line(style, names, _TEXT.from_string(source), _HTML.from_string(str(escape(source))))


def _walk(node: nodes.Node) -> list[nodes.Node]:
    return [node, *(found for child in node.iter_child_nodes() for found in _walk(child))]


def _with_breaks(value: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in value.split("\n"))
