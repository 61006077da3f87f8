"""What time makes happen to previews."""

from services.chassis.service import Timer
from services.documents.previews import actions

TIMERS = (Timer("make_previews", 10, actions.make_ahead), Timer("sweep_previews", 600, actions.sweep))
