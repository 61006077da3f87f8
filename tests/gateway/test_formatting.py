"""Dates as people say them, money, sizes and names, in three languages."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import g

from gateway import formatting
from gateway.app import Gateway
from gateway.catalogues import compile_catalogues


@pytest.fixture(scope="module", autouse=True)
def _catalogues() -> None:
    compile_catalogues()


@pytest.fixture
def page(gateway: Gateway) -> Iterator[None]:
    """A page in Lisbon, at ten to one at night in summer (in UTC the day before)."""
    with time_machine.travel("2026-07-14T23:50:00+00:00", tick=False), gateway.pages.test_request_context("/"):
        g.firm_timezone = "Europe/Lisbon"
        yield


@pytest.mark.parametrize(
    ("language", "value", "expected"),
    [
        ("en", "2026-07-14T23:05:00+00:00", "today, 00:05"),
        ("en", "2026-07-14T22:05:00+00:00", "yesterday, 23:05"),
        ("en", "2026-03-12T08:00:00+00:00", "12 March, 08:00"),
        ("en", "2024-03-12T08:00:00+00:00", "12 March 2024, 08:00"),
        ("es", "2026-07-14T23:05:00+00:00", "hoy, 00:05"),
        ("es", "2026-03-12T08:00:00+00:00", "12 de marzo, 08:00"),
        ("pt", "2026-07-14T22:05:00+00:00", "ontem, 23:05"),
        ("pt", "2024-03-12T08:00:00+00:00", "12 de março de 2024, 08:00"),
    ],
)
def test_moments(page: None, language: str, value: str, expected: str) -> None:
    g.language = language
    assert formatting.moment(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-07-16", "tomorrow"),
        ("2026-07-15", "today"),
        ("2026-07-14", "yesterday"),
        ("2027-01-01", "1 January 2027"),
        (None, ""),
    ],
)
def test_days_count_in_the_visitor_s_time_zone(page: None, value: str | None, expected: str) -> None:
    g.language = "en"
    assert formatting.day(value) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("812 B", "1.4 MB", "€420.00", "12,345.6")),
        ("es", ("812 B", "1,4 MB", "420,00\xa0€", "12.345,6")),
        ("pt", ("812 B", "1,4 MB", "420,00\xa0€", "12\xa0345,6")),
    ],
)
def test_figures(page: None, language: str, expected: tuple[str, str, str, str]) -> None:
    g.language = language
    sizes = (formatting.filesize(812), formatting.filesize(1_423_000))
    assert (*sizes, formatting.money(42000, "EUR"), formatting.number(12345.6)) == expected


def test_yen_has_no_cents(page: None) -> None:
    g.language = "en"
    assert formatting.money(420, "JPY") == "JP¥420"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ana Acosta", "AA"),
        ("Ana María Acosta", "AA"),
        ("Talleres Acosta, S.L.", "TA"),
        ("Marín & Costa", "MC"),
        ("Padaria Central, Unipessoal Lda", "PC"),
        ("Óscar", "Ó"),
        ("", "?"),
        ("&&", "?"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert formatting.initials(name) == expected


def test_a_time_zone_that_is_none_is_utc(page: None) -> None:
    g.language, g.firm_timezone = "en", "Nowhere/Town"
    assert formatting.time_of_day("2026-07-14T22:05:00+00:00") == "22:05"
