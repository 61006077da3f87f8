"""One web program under gunicorn."""

import os
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.sock import create_sockets

CONFIGURATION = Path(__file__).with_name("gunicorn.conf.py")


class Server(BaseApplication):
    """Serves the WSGI application that `load` returns; `options` go over those of gunicorn.conf.py.

    `load` is called in the process that answers, after the fork, so that no connection is shared.
    """

    def __init__(self, load: Callable[[], Any], **options: Any) -> None:
        self._load = load
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn up from deploy/gunicorn.conf.py and the options."""
        for name, value in {**runpy.run_path(str(CONFIGURATION)), **self._options}.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the WSGI application."""
        return self._load()

    def answer(self) -> None:
        """Answer in this very process, until stopped: for a parent that does what gunicorn's arbiter else does.

        That parent holds the listening socket, given as `bind="fd://..."`, and starts anew what dies.
        """
        log = self.cfg.logger_class(self.cfg)
        listeners = create_sockets(self.cfg, log)
        worker = self.cfg.worker_class(1, os.getppid(), listeners, self, self.cfg.timeout, self.cfg, log)
        worker.pid = os.getpid()
        worker.init_process()


class ServerLog(Logger):
    """gunicorn's own messages, sent through the log of the program, in its form."""

    def setup(self, cfg: Config) -> None:
        """Configure as gunicorn does, then hand everything to the root logger."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True
