"""What time does by the rules of retention."""

from sqlalchemy import select

from services.chassis.runtime import Runtime
from services.chassis.service import Timer
from services.documents.retention.actions import apply_rule
from services.documents.retention.models import RetentionRule


def apply_retention(runtime: Runtime) -> None:
    """Delete for good what goes by the rules that are on, batch by batch."""
    with runtime.database.reading() as session:
        rules = session.scalars(select(RetentionRule.id).where(RetentionRule.approved_at.is_not(None))).all()
    for rule_id in rules:
        count = 1
        while count:
            with runtime.database.unit_of_work() as session:
                count = apply_rule(session, rule_id)


TIMERS = (Timer("apply_retention", 3600, apply_retention),)
