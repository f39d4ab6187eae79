"""The writes of steps 4 and 5, one verb each."""

from tracking.services.kpis import feed_on_time
from tracking.services.progress import move_task, report_progress
from tracking.services.promises import tasks_of_memorandum
from tracking.services.risks import answer_risk, close_risk
from tracking.services.scan import missed_evenings, scan_evening
from tracking.services.tasks import assign_task, confirm_task, create_task, edit_task, split_task

__all__ = [
    "answer_risk",
    "assign_task",
    "close_risk",
    "confirm_task",
    "create_task",
    "edit_task",
    "feed_on_time",
    "missed_evenings",
    "move_task",
    "report_progress",
    "scan_evening",
    "split_task",
    "tasks_of_memorandum",
]
