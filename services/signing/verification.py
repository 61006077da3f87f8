"""Says whether a file is a document that this installation sealed, untouched since."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.chassis.sandbox import JobRefused, Limits, Sandbox, SandboxFailed

MAX_BYTES = 64 * 1024 * 1024

_sandbox = Sandbox("services.signing.verify_jobs", Limits(seconds=15))


@dataclass(frozen=True)
class Verdict:
    """What was found: `reason` is a stable word, None for a valid file; `recorded` says if its hash was compared."""

    valid: bool
    reason: str | None
    sha256: str
    size: int
    recorded: bool = False
    signer: str | None = None
    signed_at: datetime | None = None
    certificate: str | None = None


def verify(data: bytes, certificates: Sequence[bytes], recorded: Sequence[str] | None = None) -> Verdict:
    """Return whether `data` is sealed by one of `certificates` and, where `recorded` is given, is one of these hashes.

    `certificates` are in DER, `recorded` are SHA-256 in hex of the files that were sealed. Without `recorded` (offline)
    the seal alone is judged. Never raises for what is in `data`: what cannot be read is invalid.
    """
    digest = hashlib.sha256(data).hexdigest()
    if len(data) > MAX_BYTES:
        return Verdict(False, "too_large", digest, len(data))
    if not data:
        return Verdict(False, "empty", digest, 0)
    try:
        found, _ = _sandbox.run("examine", data, *certificates)
    except (SandboxFailed, JobRefused):
        return Verdict(False, "unreadable", digest, len(data))
    reason = found["reason"]
    if reason is None and recorded is not None and digest not in recorded:
        reason = "not_recorded"
    if reason is not None:
        return Verdict(False, reason, digest, len(data), recorded is not None)
    at = datetime.fromisoformat(found["signed_at"]) if found["signed_at"] else None
    return Verdict(True, None, digest, len(data), recorded is not None, found["signer"], at, found["certificate"])
