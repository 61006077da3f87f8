"""What time does to the recycle bin."""

from services.chassis.service import Timer
from services.documents.recycle_bin import actions

TIMERS = (Timer("empty_bin", 3600, actions.empty_bin), Timer("remove_doomed_files", 60, actions.remove_doomed_files))
