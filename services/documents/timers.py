"""What time makes happen to documents."""

from datetime import timedelta

from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.documents.settings import DocumentsSettings
from services.documents.uploads import receiving
from services.documents.uploads.resumable import receiving as resumable

KEY_DAYS = 7


def sweep_uploads(runtime: Runtime) -> None:
    """Remove what unfinished uploads left behind, and idempotency keys that are over."""
    settings = runtime.settings
    assert isinstance(settings, DocumentsSettings)
    receiving.sweep(runtime, timedelta(hours=settings.upload_hours))
    resumable.sweep(runtime)
    receiving.forget_idempotency_keys(runtime, timedelta(days=KEY_DAYS))


TIMERS = (Timer("sweep_uploads", 600, sweep_uploads),)
