"""Somebody on leave, and a project at work in which the stand-in may do something."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from common import clock
from documents.services import finish_document
from people import leaves
from people.models import Leave, User
from projects.models import Project
from tests.documents import build as papers
from tracking.models import Task

People = dict[str, User]
DAY = date(2026, 4, 20)  # a Monday


def morning(days: int = 0) -> Any:
    """`with morning(3):` is 09:00 in Shanghai so many days after the leave begins."""
    return clock.at(datetime(2026, 4, 20, 1, 0, tzinfo=UTC) + timedelta(days=days))


def at_work(people: People) -> Project:
    """A project whose memorandum is in force; its tasks wait to be confirmed."""
    document = papers.signed_by_all(people)
    with papers.at(hours=2):
        finish_document(document.pk)
    return Project.objects.get(pk=document.project_id)


def sales(project: Project) -> Task:
    return project.tasks.filter(department__name="销售部", parent=None)[0]


def budget(project: Project) -> Task:
    """A task of 财务部, of its liaison 孟初晴, that can be confirmed as it is."""
    return project.tasks.get(department__name="财务部")


def away(people: People, person: str, deputy: str, scope: str = "all", *, days: int = 4, by: str = "", **said: Any) -> Leave:
    """From Monday to Friday."""
    with morning(-1):
        return leaves.name_deputy(
            actor=people[by or person], person_uid=people[person].uid, deputy_uid=people[deputy].uid,
            starts_on=DAY, ends_on=DAY + timedelta(days=days), scope=scope, **said,
        )  # fmt: skip
