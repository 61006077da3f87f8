"""docker-compose.yml: no secret of its own, nothing open that need not be, no setting that nobody reads."""

import re
from typing import Any

import pytest
import yaml

from deploy.keys import env_file
from services.contracts import SERVICES
from tests.parts import ROOT, SERVICE_NAMES

TEXT = (ROOT / "docker-compose.yml").read_text()
JOBS = {"migrate", "broker"}
OTHERS = {"postgres", "rabbitmq", "mailpit", "clamav"}


def parts() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
    return services


def ours() -> dict[str, dict[str, Any]]:
    return {name: part for name, part in parts().items() if name not in OTHERS}


def made_secrets() -> dict[str, str]:
    lines = [line for line in env_file().splitlines() if not line.startswith("#")]
    made = {name: text.strip("'") for name, _, text in (line.partition("=") for line in lines)}
    return {name: text for name, text in made.items() if name not in ("COMPOSE_PROFILES", "ATRIO_MAIL", "ATRIO_CLAMAV")}


def test_every_part_runs() -> None:
    wanted = {*SERVICES, *(f"{name}-worker" for name in SERVICE_NAMES), *JOBS}
    assert set(ours()) == wanted


def test_every_secret_must_be_given() -> None:
    asked = re.findall(r"\$\{([A-Z_]*(?:PASSWORD|KEYS?))([^}]*)\}", TEXT)
    assert len(asked) > 20
    assert {name for name, rest in asked if rest != ":?run make env"} == set()


def test_make_env_makes_every_secret_that_is_asked_for() -> None:
    asked = {name for name, rest in re.findall(r"\$\{([A-Z_]+)([^}]*)\}", TEXT) if rest.startswith(":?")}
    assert asked == set(made_secrets())


def test_secrets_are_never_the_same_twice() -> None:
    first, second = made_secrets(), made_secrets()
    assert {name for name in first if first[name] == second[name]} == set()
    assert len(set(first.values())) == len(first)


def test_no_password_stands_in_the_file() -> None:
    addresses = re.findall(r"(?:amqp|http|postgresql\+psycopg)://[a-z]+:(\$\{[^}]*\}|[^@\s]*)@", TEXT)
    assert len(addresses) == 11
    assert [password for password in addresses if not password.startswith("${")] == []


def test_a_part_has_its_own_secrets_only() -> None:
    for service in SERVICE_NAMES:
        for name in (service, f"{service}-worker"):
            text = yaml.safe_dump(ours()[name]["environment"])
            named = {other for other in SERVICES if re.search(rf"\$\{{(ATRIO_)?{other.upper()}_", text)}
            assert named == {service}, name


def test_only_the_gateway_has_a_port_and_only_on_loopback() -> None:
    published = {name: part["ports"] for name, part in parts().items() if "ports" in part and "profiles" not in part}
    assert published == {"gateway": ["127.0.0.1:${ATRIO_PORT:-8000}:8000"]}


@pytest.mark.parametrize("name", sorted(ours()))
def test_our_containers_can_do_no_more_than_they_must(name: str) -> None:
    part = ours()[name]
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert "cap_add" not in part
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in part
    assert "restart" in part


def test_the_image_runs_as_a_user_without_rights() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    assert re.findall(r"^USER (.*)$", dockerfile, re.MULTILINE) == ["10001:10001"]


def test_every_part_that_runs_has_a_health_check() -> None:
    unchecked = {name for name, part in parts().items() if "test" not in part.get("healthcheck", {})}
    assert unchecked - {"mailpit"} == JOBS


def test_the_broker_and_the_databases_are_not_reached_from_outside() -> None:
    networks = yaml.safe_load(TEXT)["networks"]
    assert networks["data"]["internal"] is True
    assert {name for name, part in parts().items() if part["networks"] == ["data"]} >= {"postgres", "rabbitmq"}
    assert "data" not in parts()["gateway"]["networks"]


def test_every_setting_is_one_that_is_documented() -> None:
    documented = (ROOT / "docs" / "operations.md").read_text()
    settings = {name for part in ours().values() for name in part["environment"]}
    assert {name for name in settings if not name.startswith("ATRIO_")} == set()
    general = {
        re.sub(r"_(IDENTITY|PORTAL|DOCUMENTS|SIGNING|NOTIFICATIONS|GATEWAY)_", "_<SERVICE>_", name) for name in settings
    }
    assert {name for name in general if name not in documented} == set()


def test_every_database_has_a_role_of_its_own() -> None:
    script = (ROOT / "deploy" / "postgres" / "init" / "10-services.sh").read_text()
    assert re.search(rf"for service in {' '.join(SERVICE_NAMES)}; do", script)
    assert 'REVOKE ALL ON DATABASE :"role" FROM PUBLIC' in script
