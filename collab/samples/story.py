"""What the replay of a sample project knows while it walks through its acts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from collab.samples.files import Sample
from people.models import Department, User
from projects.models import Node, Project
from tracking.models import Task

Expected = tuple[datetime, str, str, dict[str, Any]]


@dataclass
class Story:
    """The sample, its people and departments by name, and the rows made so far by the ids of the file.

    `expected` are acts that follow from what was done, such as the minutes of a meeting that was called.
    """

    sample: Sample
    people: dict[str, User]
    departments: dict[str, Department]
    authority: dict[str, dict[str, Any]]  # of liaisons who do not decide themselves
    project_id: int = 0
    uid: Any = None
    nodes: dict[str, Node] = field(default_factory=dict)
    tasks: dict[str, Any] = field(default_factory=dict)  # uids
    issues: dict[str, Any] = field(default_factory=dict)  # uids
    expected: list[Expected] = field(default_factory=list)

    @property
    def project(self) -> Project:
        """The project as it stands now."""
        return Project.objects.get(pk=self.project_id)

    def task(self, id: str) -> Task:
        """A task of the file as it stands now."""
        return Task.objects.get(uid=self.tasks[id])


steps: dict[str, Callable[..., None]] = {}


def step(does: Callable[..., None]) -> Callable[..., None]:
    """What is done when an act of this name comes: `does(story, actor, **facts)`."""
    steps[does.__name__] = does
    return does


def spoken(day: date) -> str:
    """A day as people say it."""
    return f"{day.month}月{day.day}日"
