"""The routes of a gateway with something in their parameters, so that a test can call them all."""

from collections.abc import Iterator

from werkzeug.routing import IntegerConverter, Rule, UUIDConverter

from gateway.app import Gateway
from gateway.edge.access import Access, access_of


def path_of(rule: Rule) -> str:
    """Return a path that `rule` answers."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, UUIDConverter):
            values[name] = "0192a000-0000-7000-8000-000000000099"
        else:
            values[name] = 1 if isinstance(converter, IntegerConverter) else "x"
    built = rule.build(values, append_unknown=False)
    assert built, rule
    return built[1]


def routes(gateway: Gateway) -> Iterator[tuple[str, frozenset[str], Access]]:
    """Yield path, methods and access of every route."""
    for rule in gateway.pages.url_map.iter_rules():
        access = access_of(gateway.pages, rule.endpoint)
        assert access, rule
        yield path_of(rule), frozenset(rule.methods or ()), access
