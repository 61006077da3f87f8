"""The worker of a small service, as a program of its own: `python -m tests.chassis.worker_process <json>`."""

import json
import os
import sys
import time
from pathlib import Path

from services.chassis import observability
from services.chassis.settings import Settings
from services.chassis.worker import run_worker
from tests.chassis.messaging import CONTRACTS, COUNTED, OTHER, count, service


def slow_count(session, event, runtime) -> None:
    """Take longer than a stop can wait for nothing, and tell when it begins."""
    Path(os.environ["BEGUN"]).touch()
    time.sleep(float(os.environ["SECONDS"]))
    count(session, event, runtime)


def main() -> None:
    """Run the worker that the argument describes."""
    given = json.loads(sys.argv[1])
    observability.configure_logging(given["service"])
    handler = slow_count if "SECONDS" in os.environ else count
    settings = Settings(given["service"], CONTRACTS.SERVICES, data=Path(given["folder"]), bus_url=given["bus"])
    settings.complete()
    settings.database_url, settings.worker_port = given["database"], given.get("port", 0)
    run_worker(service(given["service"], {COUNTED: handler, OTHER: handler}), settings)


if __name__ == "__main__":
    main()
