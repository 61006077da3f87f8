"""Goes through every route of a service as every kind of caller, and tells what is not as declared."""

from collections.abc import Iterator
from typing import Any

from werkzeug.routing import Rule

from services.chassis import auth
from tests.security.matrix.callers import Verdict, Who, everybody, verdict
from tests.security.matrix.scene import Call, Scene, Thing

ORDER = [Verdict.REFUSED, Verdict.NOT_THERE, Verdict.NO_ERROR, Verdict.WELCOME]
"""Who must not get in tries first: afterwards there may be nothing left to get."""


def violations(scene: Scene, below: str = "/") -> list[str]:
    """Return a line for each answer of the service, `below` a path, that is not what its declaration makes it."""
    rules = sorted((rule for rule in scene.harness.app.url_map.iter_rules() if rule.rule.startswith(below)), key=str)
    return [line for rule in rules for method in methods(rule) for line in _of_route(scene, rule, method)]


def methods(rule: Rule) -> list[str]:
    """Return the methods that a view was written for."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _of_route(scene: Scene, rule: Rule, method: str) -> Iterator[str]:
    route, name = f"{method} {rule.rule}", scene.harness.service.name
    access = auth.access_of(scene.harness.app.view_functions[rule.endpoint])
    if access is None:
        yield f"{name}: {route} does not say who may call it: declare it with services.chassis.auth.allow"
        return
    if access.anyone:
        answer = scene.harness.anyone().open(method, _path(rule, Call(dict.fromkeys(rule.arguments, "x"))))
        if answer.status_code in (401, 403):
            yield f"{name}: {route} is open to anyone, and answers nobody with {answer.status_code}"
        return
    thing = scene.thing(method, rule.rule)
    if rule.arguments and thing is None:
        yield (
            f"{name}: {route} has an id in its path and no object to try it on: make one of the own client's and "
            f"register it under {route!r} in `things` of tests/security/matrix/{name}_scene.py"
        )
        return
    of = thing.of if thing else None
    wanted = [(verdict(who, access, method, rule.rule, of), who) for who in everybody(name, proof=access.proof)]
    wanted.sort(key=lambda pair: ORDER.index(pair[0]))
    yield from _answers(scene, rule, method, thing, wanted)


def _answers(
    scene: Scene, rule: Rule, method: str, thing: Thing | None, wanted: list[tuple[Verdict, Who]]
) -> Iterator[str]:
    call = thing.call() if thing else Call()
    for expected, who in wanted:
        if thing and expected is Verdict.WELCOME:
            call = thing.call()
        answer = scene.browser(who).open(method, _path(rule, call), **call.sends)
        said = f"{scene.harness.service.name}: {method} {rule.rule} answers {who.name} with {answer.status_code}"
        if not expected.fits(answer.status_code):
            yield f"{said}; it must be {expected.value}"
        if not who.own and (told := _told(scene, answer.get_data().decode(errors="replace"), call)):
            yield f"{said} and tells of the other client: {told}"


def _told(scene: Scene, text: str, call: Call) -> list[str]:
    asked: list[Any] = [str(value) for value in call.values.values()]
    return [secret for secret in scene.secrets if secret in text and secret not in asked]


def _path(rule: Rule, call: Call) -> str:
    built = rule.build({name: call.values[name] for name in rule.arguments}, append_unknown=False)
    assert built, rule
    return built[1]
