"""Mails that the mail server of this machine puts into a maildir (https://cr.yp.to/proto/maildir.html).

A mail is claimed by renaming it from `new` into `.atrio`, of two workers by one alone. After a crash what is claimed
is taken in again, which its row recognises. What is done goes to `cur`, marked as seen, for the firm to keep or clear.
"""

import os
import time
from pathlib import Path

from services.chassis import observability
from services.chassis.runtime import Runtime
from services.notifications.inbound.taking import take

AT_ONCE = 100
ABANDONED_SECONDS = 600
log = observability.logger(__name__)


def fetch(runtime: Runtime, folder: Path) -> int:
    """Take in what lies in `folder`/new and return how many mails that were."""
    claimed = folder / ".atrio"
    (folder / "cur").mkdir(parents=True, exist_ok=True)
    claimed.mkdir(exist_ok=True)
    paths = [*_abandoned(claimed), *_new(folder / "new", claimed)]
    for path in paths:
        take(runtime, path.read_bytes(), "maildir")
        path.rename(folder / "cur" / f"{path.name.partition(':')[0]}:2,S")
    return len(paths)


def _new(new: Path, claimed: Path) -> list[Path]:
    paths = []
    for path in sorted(new.glob("*"))[:AT_ONCE] if new.is_dir() else []:
        try:
            # Only a plain file of the folder: a link could name any other file of this machine.
            if path.is_symlink() or not path.is_file():
                continue
            os.utime(path)
            paths.append(path.rename(claimed / path.name))
        except FileNotFoundError:
            continue  # another worker was first
    return paths


def _abandoned(claimed: Path) -> list[Path]:
    before = time.time() - ABANDONED_SECONDS
    return [path for path in sorted(claimed.glob("*"))[:AT_ONCE] if path.stat().st_mtime < before]
