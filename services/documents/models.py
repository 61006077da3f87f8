"""The model base of the documents service's tables."""

from services.chassis.database import model_base


class Model(model_base()):  # type: ignore[misc]
    """Base of every table of this service."""

    __abstract__ = True
