"""Steps 4 and 5: tasks, progress, deviation, risks."""

from tracking.models.plan import ChecklistItem, PlannedStep, Review
from tracking.models.risk import EveningScan, Risk
from tracking.models.task import Baseline, Report, Task, TaskDependency, TaskFigures
from tracking.models.views import Digest, Habit, SavedView

__all__ = [
    "Baseline",
    "ChecklistItem",
    "Digest",
    "EveningScan",
    "Habit",
    "PlannedStep",
    "Report",
    "Review",
    "Risk",
    "SavedView",
    "Task",
    "TaskDependency",
    "TaskFigures",
]
