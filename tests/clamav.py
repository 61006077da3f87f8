"""ClamAV's real daemon, with signatures of the test's own, so that nothing is fetched."""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.visitor import until
from services.documents.scanning.clamd import Clamd, ScannerDown

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test virus of eicar.org, which does nothing; in two parts, so that no scanner takes this file for it."""
STREAM_LIMIT = 1024 * 1024


@contextmanager
def clamd(folder: Path) -> Iterator[str]:
    """Run the daemon until the body ends and yield its address."""
    signatures, address = folder / "signatures", folder / "clamd.sock"
    signatures.mkdir(parents=True)
    (signatures / "own.hdb").write_text(f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Own.Eicar\n")
    (signatures / "own.ndb").write_text(f"Own.Eicar:0:*:{EICAR.hex()}\n")
    settings = {
        "LocalSocket": address,
        "DatabaseDirectory": signatures,
        "TemporaryDirectory": folder,
        "Foreground": "yes",
        "MaxThreads": "2",
        "StreamMaxLength": "1M",
        "OfficialDatabaseOnly": "no",
        "SelfCheck": "86400",
    }
    conf = folder / "clamd.conf"
    conf.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/opt/homebrew/sbin") or "clamd"
    daemon = subprocess.Popen([program, "--config-file", conf], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until("clamd answers", lambda: _answers(f"unix://{address}"))
        yield f"unix://{address}"
    finally:
        daemon.terminate()
        daemon.wait(30)


def _answers(url: str) -> bool:
    try:
        return "ClamAV" in Clamd(url, seconds=5).version()
    except ScannerDown:
        return False
