"""Steps 4 and 5: tasks, progress, deviation, risks."""

from tracking.models.risk import EveningScan, Risk
from tracking.models.task import Baseline, Report, Task, TaskDependency, TaskFigures

__all__ = ["Baseline", "EveningScan", "Report", "Risk", "Task", "TaskDependency", "TaskFigures"]
