"""The templates themselves: all there, in three languages, saying the same, with placeholders and nothing else."""

import pytest

from services.notifications.kinds import KINDS, LOCALES, SHARED_NAMES
from services.notifications.rendering.templates import TemplateWrong, load, parse

every = pytest.mark.parametrize(("kind", "locale"), [(kind, locale) for kind in KINDS for locale in LOCALES])


@every
def test_a_template_names_only_what_its_kind_has(kind: str, locale: str) -> None:
    template = load(kind, locale)
    known = SHARED_NAMES | KINDS[kind].names
    assert template.names <= known
    assert template.paragraphs
    assert {"subject", "preheader"} <= set(template.lines)
    assert ("inside" in template.lines) == KINDS[kind].inside


@every
def test_the_three_languages_say_the_same(kind: str, locale: str) -> None:
    english, other = load(kind, "en"), load(kind, locale)
    assert set(other.lines) == set(english.lines)
    assert [line.style for line in other.paragraphs] == [line.style for line in english.paragraphs]
    assert [line.names for line in other.paragraphs] == [line.names for line in english.paragraphs]


@every
def test_what_a_kind_offers_is_used(kind: str, locale: str) -> None:
    assert KINDS[kind].names <= load(kind, locale).names


def test_the_invitations_button_is_named_as_the_manuals_say() -> None:
    words = {locale: load("invitation", locale).lines["button"].as_text({}) for locale in LOCALES}
    assert words == {"en": "Accept invitation", "es": "Aceptar invitación", "pt": "Aceitar convite"}


@pytest.mark.parametrize(
    "source",
    [
        "{{ 7*7 }}",
        "{{ name.upper() }}",
        "{{ name|upper }}",
        "{{ name['x'] }}",
        "{{ 'text' }}",
        "{% for x in y %}{% endfor %}",
        "{% if name %}x{% endif %}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{{ name",
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_anything_but_a_placeholder_is_refused(source: str) -> None:
    with pytest.raises(TemplateWrong):
        parse(f"subject: x\n\nHello {source}")
    with pytest.raises(TemplateWrong):
        parse(f"subject: {source}\n\nHello")


def test_a_paragraph_with_nothing_to_say_is_left_out() -> None:
    template = parse("subject: x\n\nAlways.\n\nBy {{ due_on }}.")
    assert [line.is_silent({"due_on": ""}) for line in template.paragraphs] == [False, True]


def test_what_values_hold_is_text() -> None:
    template = parse("subject: {{ name }}\n\nDear <{{ name }}> & co")
    values = {"name": "{{7*7}}<script>"}
    assert template.lines["subject"].as_text(values) == "{{7*7}}<script>"
    assert template.paragraphs[0].as_html(values) == "Dear &lt;{{7*7}}&lt;script&gt;&gt; &amp; co"
