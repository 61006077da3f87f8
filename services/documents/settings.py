"""Settings of the documents service."""

from dataclasses import dataclass

from environs import FileAwareEnv
from marshmallow.validate import Range, Regexp

from services.chassis.settings import Settings

SCANNER = r"^(|tcp://[^/\s]+|unix:///\S+)$"


@dataclass
class DocumentsSettings(Settings):
    """What only documents needs to know.

    `clamav` is where the virus scanner listens (nothing: files are not checked), `clamav_seconds` how long one check
    may take, `clamav_limit` the largest file that it is given.
    `upload_limit` is the largest document in bytes; `upload_stall_seconds` ends an upload that sends nothing for
    so long; `upload_hours` is after how long an unfinished one is swept. `share_link_days` is the longest life of a
    link for people without an account.
    """

    upload_limit: int = 2 * 1024**3
    upload_stall_seconds: float = 60
    upload_hours: float = 24
    archive_files: int = 5000
    archive_bytes: int = 20 * 1024**3
    clamav: str = ""
    clamav_seconds: float = 120
    clamav_limit: int = 100 * 1024**2
    share_link_days: int = 90

    def read(self, env: FileAwareEnv) -> None:
        self.upload_limit = env.int("ATRIO_UPLOAD_LIMIT", 2 * 1024**3, validate=Range(min=1))
        self.upload_stall_seconds = env.float("ATRIO_UPLOAD_STALL_SECONDS", 60.0, validate=Range(min=0.1))
        scanner = Regexp(SCANNER, error="Give tcp://host:3310 or unix:///path.")
        self.clamav = env.str("ATRIO_CLAMAV", "", validate=scanner)
        self.clamav_seconds = env.float("ATRIO_CLAMAV_SECONDS", 120.0, validate=Range(min=0.1))
        self.clamav_limit = env.int("ATRIO_CLAMAV_LIMIT", 100 * 1024**2, validate=Range(min=1))
        self.upload_hours = env.float("ATRIO_UPLOAD_HOURS", 24.0, validate=Range(min=0))
        self.archive_files = env.int("ATRIO_ARCHIVE_FILES", 5000, validate=Range(min=1))
        self.archive_bytes = env.int("ATRIO_ARCHIVE_BYTES", 20 * 1024**3, validate=Range(min=1))
        self.share_link_days = env.int("ATRIO_SHARE_LINK_DAYS", 90, validate=Range(min=1, max=3650))
