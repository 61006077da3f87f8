"""The base of identity's tables."""

from services.chassis.database import model_base

Model = model_base()
