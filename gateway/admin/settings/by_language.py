"""Fields that have a text in each language: `banners_en`, `banners_es`, `banners_pt` in a form."""

from collections.abc import Mapping

from gateway.forms import Form
from gateway.languages import LANGUAGES


def field_names(name: str) -> tuple[str, ...]:
    """Return the names of the form's fields."""
    return tuple(f"{name}_{code}" for code in LANGUAGES)


def per_language(form: Form, name: str) -> dict[str, str]:
    """Return what stands in them, by language; empty ones are left out."""
    return {code: text for code in LANGUAGES if (text := str(form.value(f"{name}_{code}")))}


def with_language(name: str, texts: Mapping[str, str] | None) -> dict[str, str]:
    """Return the values of the form's fields."""
    return {f"{name}_{code}": (texts or {}).get(code, "") for code in LANGUAGES}


def put_beside(form: Form, name: str, told: str = "") -> None:
    """Put what the service says of `told` (of `name` unless named) beside the fields: `banners.es` at `banners_es`."""
    told = told or name
    for code in LANGUAGES:
        if texts := form.errors.pop(f"{told}.{code}", None):
            form.errors.setdefault(f"{name}_{code}", []).extend(texts)
    if texts := form.errors.pop(told, None):
        form.errors.setdefault(field_names(name)[0], []).extend(texts)
