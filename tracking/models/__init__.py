"""Steps 4 and 5: tasks, progress, deviation, risks."""

from tracking.models.change import ChangeLine, ChangeRequest, Opinion, Slip
from tracking.models.issue import Issue, IssueParty, Measure
from tracking.models.plan import ChecklistItem, PlannedStep, Review
from tracking.models.risk import EveningScan, Risk
from tracking.models.task import Baseline, Report, Task, TaskDependency, TaskFigures
from tracking.models.views import Digest, Habit, SavedView

__all__ = [
    "Baseline",
    "ChangeLine",
    "ChangeRequest",
    "ChecklistItem",
    "Digest",
    "EveningScan",
    "Habit",
    "Issue",
    "IssueParty",
    "Measure",
    "Opinion",
    "PlannedStep",
    "Report",
    "Review",
    "Risk",
    "SavedView",
    "Slip",
    "Task",
    "TaskDependency",
    "TaskFigures",
]
