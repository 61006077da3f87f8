"""What every service has for its part: two reactions, a loop that does the work, and the way to fetch what it made."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

import orjson
from flask import Response, current_app
from flask_smorest import Blueprint
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.chassis import clock, outbox
from services.chassis.account_data import jobs, scrub
from services.chassis.account_data.archive import Entry, zipped
from services.chassis.account_data.jobs import CHANNEL, ERASE, EXPORT, Job
from services.chassis.account_data.rows import Whose
from services.chassis.account_data.tables import JOBS
from services.chassis.auth import allow
from services.chassis.blobs import BlobMissing
from services.chassis.event import Event
from services.chassis.problems import not_found
from services.chassis.runtime import Runtime, current_runtime
from services.chassis.service import Handler, Sender, Timer

PARTS_KEPT = timedelta(days=2)
JOBS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Order:
    """What was asked for: whose data, in whose language, and by what rules.

    An export with `everything` is the firm's own: it has what the client does not see. `keep_signed_years` is how long
    an erasure leaves what was signed, 0 for not at all; `asked_by` is the person's id, None where it is the firm.
    """

    whose: Whose
    locale: str = "en"
    everything: bool = False
    asked_by: UUID | None = None
    keep_signed_years: int = 0
    number: str = ""


@dataclass
class Erased:
    """What an erasure came to: how many things of each kind went, and what had to stay, until when and why."""

    erased: dict[str, int] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)
    needles: list[str] = field(default_factory=list)
    """Words of this client by which past events are found besides the ids."""

    def count(self, kind: str, number: int) -> None:
        """Add to what went of a kind."""
        if number:
            self.erased[kind] = self.erased.get(kind, 0) + number

    def keep(self, kind: str, number: int, rule: str, until: date) -> None:
        """Note what stays."""
        if number:
            self.kept.append({"kind": kind, "count": number, "rule": rule, "until": until.isoformat()})


class Language(Protocol):
    """The words for exports and erasures, as the module `services.contracts.account_data` has them."""

    @property
    def EXPORT_REQUESTED(self) -> str: ...  # noqa: N802 - a module's constants
    @property
    def ERASURE_STARTED(self) -> str: ...  # noqa: N802
    @property
    def STATES(self) -> tuple[str, ...]: ...  # noqa: N802
    @property
    def ANSWERS(self) -> tuple[str, ...]: ...  # noqa: N802


Exporting = Callable[[Session, Runtime, Order], Iterable[Entry]]
Erasing = Callable[[Session, Runtime, Order], Erased]


def order_of(data: Mapping[str, Any]) -> Order:
    """Return the order in the data of an event."""
    ids = {name: tuple(UUID(str(id)) for id in data.get(name, ())) for name in ("contact_ids", "user_ids")}
    return Order(
        Whose(UUID(str(data["account_id"])), **ids),
        data.get("locale", "en"),
        bool(data.get("everything")),
        UUID(str(data["asked_by"])) if data.get("asked_by") else None,
        int(data.get("keep_signed_years") or 0),
        data.get("number", ""),
    )


class AccountData:
    """The part of the service `name`: `export` yields what it has of a client, `erase` takes it away.

    Both get a session and an `Order`. `erase` runs in one transaction and is to bear being run again; stored files it
    deletes before that transaction ends, so that none is left without a row that names it.
    """

    def __init__(self, name: str, language: Language, export: Exporting, erase: Erasing) -> None:
        self.name, self._language, self._export, self._erase = name, language, export, erase
        self.handlers: dict[str, Handler] = {
            language.EXPORT_REQUESTED: self._on_requested,
            language.ERASURE_STARTED: self._on_started,
        }
        self.senders = (Sender(CHANNEL, self.run),)
        self.timers = (Timer("forget_account_data", 3600, forget),)
        self.blueprint = _blueprint()

    def _on_requested(self, session: Session, event: Event, runtime: Runtime) -> None:
        self._take_up(session, EXPORT, event)

    def _on_started(self, session: Session, event: Event, runtime: Runtime) -> None:
        self._take_up(session, ERASE, event)

    def _take_up(self, session: Session, kind: str, event: Event) -> None:
        data = event.data
        if self.name in data["services"]:
            plain = orjson.loads(orjson.dumps(dict(data)))
            jobs.take_up(session, kind, data["id"], data["account_id"], data["round"], plain)

    def run(self, runtime: Runtime) -> bool:
        """Do the next job that is due; return whether there was one."""
        job = jobs.claim(runtime.database)
        if job is None:
            return False
        try:
            self._make(runtime, job) if job.kind == EXPORT else self._remove(runtime, job)
        except Exception as error:
            with runtime.database.unit_of_work() as session:
                if jobs.put_off(session, job, error):
                    self._answer(session, job, {"status": "failed", "reason": type(error).__name__})
        return True

    def _make(self, runtime: Runtime, job: Job) -> None:
        key, beat, order = part_key(job.subject_id, job.round), jobs.heart(runtime.database, job), order_of(job.data)
        files = [0]

        def counted(entries: Iterable[Entry]) -> Iterator[Entry]:
            for entry in entries:
                files[0] += 1
                yield entry

        with runtime.database.reading() as session:
            blob = runtime.blobs.write(key, _beating(zipped(counted(self._export(session, runtime, order))), beat))
        with runtime.database.unit_of_work() as session:
            if jobs.finish(session, job, blob_key=key):
                self._answer(session, job, {"status": "done", "files": files[0], "size": blob.size})

    def _remove(self, runtime: Runtime, job: Job) -> None:
        beat, order = jobs.heart(runtime.database, job), order_of(job.data)
        result = job.result
        if result is None:
            with runtime.database.unit_of_work() as session:
                found = self._erase(session, runtime, order)
                found.count("export_parts", _drop_parts(session, runtime, job))
                result = {"erased": found.erased, "kept": found.kept, "needles": found.needles}
                jobs.keep_result(session, job, result)
        whose = order.whose
        wanted = scrub.needles([whose.account_id], whose.contact_ids, whose.user_ids, result["needles"])
        events = scrub.scrub(runtime.database, wanted, self._stays, beat)
        with runtime.database.unit_of_work() as session:
            jobs.keep_result(session, job, {})
            if jobs.finish(session, job):
                erased = [{"kind": kind, "count": count} for kind, count in sorted(result["erased"].items())]
                erased += [{"kind": "events", "count": events}] if events else []
                self._answer(session, job, {"status": "done", "erased": erased, "kept": result["kept"]})

    def _stays(self, type: str) -> bool:
        return type.startswith(self._language.STATES) or type.endswith(self._language.ANSWERS)

    def _answer(self, session: Session, job: Job, said: Mapping[str, Any]) -> None:
        shape: dict[str, Any] = {"files": 0, "size": 0} if job.kind == EXPORT else {"erased": [], "kept": []}
        data = {"id": job.subject_id, "account_id": job.account_id, "round": job.round, "reason": None}
        type = f"{self.name}.account.{'exported' if job.kind == EXPORT else 'erased'}.v1"
        outbox.record(session, type, subject=job.subject_id, version=job.round, data=shape | data | dict(said))


def part_key(export_id: UUID, round: int) -> str:
    """Return where a service's part of an export lies."""
    return f"account-exports/{export_id}-{round}.zip"


def _beating(pieces: Iterator[bytes], beat: Callable[[], None]) -> Iterator[bytes]:
    for piece in pieces:
        beat()
        yield piece


def _drop_parts(session: Session, runtime: Runtime, job: Job) -> int:
    """Delete what was given out of the same client: the parts of exports lie here until they are swept."""
    theirs = (JOBS.c.account_id == job.account_id, JOBS.c.kind == EXPORT)
    rows = session.execute(delete(JOBS).where(*theirs).returning(JOBS.c.blob_key)).all()
    keys = [row.blob_key for row in rows if row.blob_key]
    for key in keys:
        runtime.blobs.delete(key)
    return len(keys)


def forget(runtime: Runtime) -> None:
    """Remove the parts of exports that were assembled or given up long since, and jobs that are over."""
    now = clock.now()
    with runtime.database.unit_of_work() as session:
        old = select(JOBS.c.id, JOBS.c.blob_key).where(JOBS.c.kind == EXPORT, JOBS.c.finished_at < now - PARTS_KEPT)
        for row in session.execute(old.limit(500)).all():
            if row.blob_key:
                runtime.blobs.delete(row.blob_key)
            session.execute(delete(JOBS).where(JOBS.c.id == row.id))
        session.execute(delete(JOBS).where(JOBS.c.finished_at < now - JOBS_KEPT))


def _blueprint() -> Blueprint:
    blp = Blueprint("account_data", __name__, url_prefix="/v1/account-exports", description="Parts of exports")
    # By hand and not as decorators: the one function is a route of every service.
    blp.get("/<uuid:export_id>/<int:round>")(allow(service=("portal",))(_part))
    return blp


def _part(export_id: UUID, round: int) -> Response:
    """Give this service's part of an export, a ZIP; only portal asks."""
    runtime = current_runtime()
    with runtime.database.reading() as session:
        query = select(JOBS.c.blob_key).where(JOBS.c.subject_id == export_id, JOBS.c.round == round)
        key = session.scalars(query.where(JOBS.c.kind == EXPORT)).first()
    if not key:
        raise not_found("This part")
    try:
        size, pieces = runtime.blobs.size(key), runtime.blobs.read(key)
    except BlobMissing:
        raise not_found("This part") from None
    response: Response = current_app.response_class(pieces, mimetype="application/zip")
    response.content_length = size
    return response
