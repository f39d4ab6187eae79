"""The writes of steps 4 and 5, one verb each."""

from tracking.services.changes import save_change, withdraw_change
from tracking.services.checklists import save_checklist, tick
from tracking.services.deciding import decide_change, give_opinion
from tracking.services.issues import measure_to_task, register_issue, reopen_issue, solve_issue
from tracking.services.kpis import feed_on_time
from tracking.services.moves import move_task, undo_move
from tracking.services.places import place_task
from tracking.services.plan import save_steps, set_dependencies
from tracking.services.progress import report_progress
from tracking.services.promises import tasks_of_memorandum
from tracking.services.reviews import accept_task, return_task, submit_task
from tracking.services.risks import answer_risk, close_risk
from tracking.services.scan import missed_evenings, scan_evening
from tracking.services.slips import agree_slip, ask_slip, refuse_slip, withdraw_slip
from tracking.services.tasks import assign_task, confirm_task, create_task, edit_task, split_task

__all__ = [
    "accept_task",
    "agree_slip",
    "answer_risk",
    "ask_slip",
    "assign_task",
    "close_risk",
    "confirm_task",
    "create_task",
    "decide_change",
    "edit_task",
    "feed_on_time",
    "give_opinion",
    "measure_to_task",
    "missed_evenings",
    "move_task",
    "place_task",
    "refuse_slip",
    "register_issue",
    "reopen_issue",
    "report_progress",
    "return_task",
    "save_change",
    "save_checklist",
    "save_steps",
    "scan_evening",
    "set_dependencies",
    "solve_issue",
    "split_task",
    "submit_task",
    "tasks_of_memorandum",
    "tick",
    "undo_move",
    "withdraw_change",
    "withdraw_slip",
]
