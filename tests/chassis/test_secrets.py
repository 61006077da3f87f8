"""Sealed text is read by its one recipient; keys are made once and kept private."""

import stat

import pytest

from services.chassis.secrets import Sealer, ServiceKey, new_service_key
from services.chassis.settings import KeyFolder

NAMES = ("identity", "notifications")


@pytest.fixture
def keys() -> dict[str, ServiceKey]:
    return {name: ServiceKey(new_service_key()) for name in NAMES}


def sealer(keys: dict[str, ServiceKey], name: str) -> Sealer:
    return Sealer(keys[name], {peer: key.public() for peer, key in keys.items()})


def test_only_the_recipient_opens_what_was_sealed(keys: dict[str, ServiceKey]) -> None:
    sealed = sealer(keys, "identity").seal("notifications", "123456 ñ")
    assert "123456" not in sealed
    assert sealer(keys, "notifications").open(sealed) == "123456 ñ"
    with pytest.raises(ValueError, match="cannot be opened"):
        sealer(keys, "identity").open(sealed)


def test_the_same_text_is_sealed_differently_each_time(keys: dict[str, ServiceKey]) -> None:
    identity = sealer(keys, "identity")
    assert identity.seal("notifications", "123456") != identity.seal("notifications", "123456")


def test_altered_text_is_not_opened(keys: dict[str, ServiceKey]) -> None:
    head, *rest, tag = sealer(keys, "identity").seal("notifications", "123456").split(".")
    altered = ".".join([head, *rest, tag[:-2] + ("AA" if tag[-2:] != "AA" else "BB")])
    with pytest.raises(ValueError, match="cannot be opened"):
        sealer(keys, "notifications").open(altered)


def test_keys_are_made_once_and_are_for_the_owner_alone(tmp_path) -> None:
    folder = KeyFolder(tmp_path / "keys", NAMES)
    first = folder.key("identity")
    assert folder.key("identity") == first != folder.key("notifications")
    assert stat.S_IMODE((tmp_path / "keys" / "identity.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir() if not path.name.endswith(".key")] == []


def test_public_keys_hold_nothing_private() -> None:
    public = ServiceKey(new_service_key()).public()
    assert "d" not in public["sign"]
    assert "d" not in public["seal"]
