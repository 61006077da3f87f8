"""Logging as a program configures it, for the time of a test."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from services.chassis import observability


@contextmanager
def logging_of(service: str) -> Iterator[io.StringIO]:
    """Log as the programs of `service` do until the body ends; yield what is written."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    observability.configure_logging(service)
    structlog.configure(cache_logger_on_first_use=False)  # a kept logger would log like this in every later test
    handler, stream = root.handlers[0], io.StringIO()
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    try:
        yield stream
    finally:
        structlog.configure(**before)
        root.handlers[:] = handlers
        root.setLevel(level)
