"""Where the key of the seal is kept: in the database, the private half sealed for this service alone."""

import contextlib
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.chassis import clock
from services.chassis.secrets import Sealer
from services.signing.models import SealKeyRecord
from services.signing.seal_key import SealKey, common_name, load_seal_key, new_seal_key

SERVICE = "signing"
_loaded = lru_cache(maxsize=8)(load_seal_key)


def current(session: Session, sealer: Sealer, firm_name: str) -> tuple[UUID, SealKey]:
    """Return the key with a certificate in the firm's present name, and its id; it is made where there is none yet.

    Keys of former names stay, so that what they sealed can be verified.
    """
    name = common_name(firm_name)
    record = _latest(session, name)
    if record is None:
        with contextlib.suppress(IntegrityError), session.begin_nested():  # another process may be first
            _make(session, sealer, name)
        record = _latest(session, name)
        assert record is not None
    return record.id, _loaded(sealer.open(record.sealed_key), record.certificate)


def _latest(session: Session, name: str) -> SealKeyRecord | None:
    statement = select(SealKeyRecord).where(SealKeyRecord.common_name == name)
    return session.scalars(statement.order_by(SealKeyRecord.generation.desc()).limit(1)).one_or_none()


def _make(session: Session, sealer: Sealer, name: str) -> None:
    now = clock.now()
    key = new_seal_key(name, now)
    sealed = sealer.seal(SERVICE, key.private_pem())
    session.add(SealKeyRecord(common_name=name, certificate=key.certificate, sealed_key=sealed, created_at=now))
    session.flush()
