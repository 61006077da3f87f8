"""Settings of the documents service."""

from dataclasses import dataclass

from environs import FileAwareEnv
from marshmallow.validate import Range

from services.chassis.settings import Settings


@dataclass
class DocumentsSettings(Settings):
    """What only documents needs to know.

    `upload_limit` is the largest document in bytes; `upload_stall_seconds` ends an upload that sends nothing for
    so long; `upload_hours` is after how long an unfinished one is swept.
    """

    upload_limit: int = 2 * 1024**3
    upload_stall_seconds: float = 60
    upload_hours: float = 24

    def read(self, env: FileAwareEnv) -> None:
        self.upload_limit = env.int("ATRIO_UPLOAD_LIMIT", 2 * 1024**3, validate=Range(min=1))
        self.upload_stall_seconds = env.float("ATRIO_UPLOAD_STALL_SECONDS", 60.0, validate=Range(min=0.1))
        self.upload_hours = env.float("ATRIO_UPLOAD_HOURS", 24.0, validate=Range(min=0))
