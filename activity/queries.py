"""Reads of the spine."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, QuerySet
from django.utils.functional import SimpleLazyObject

from activity.models import Clock, Event, Notice
from common import ports
from common.again import ListAgain, signs
from people.models import User
from people.requests import Request


def timeline(project_id: int, kind: str = "") -> QuerySet[Event]:
    """Who did what when in a project, newest first: all but routine, or one kind (of ports.say). To be paged."""
    rows = Event.objects.filter(project_id=project_id).select_related("actor__department")
    if kind:
        return rows.filter(verb__in=[verb for verb, words in ports.words.items() if words.kind == kind])
    return rows.exclude(verb__in=[verb for verb, words in ports.words.items() if words.routine])


def kinds_of_acts() -> list[str]:
    """The kinds by which a timeline can be filtered."""
    return sorted({words.kind for words in ports.words.values()})


def timeline_of(subject: models.Model) -> QuerySet[Event]:
    """What happened to one row, newest first. To be paged."""
    kind = ContentType.objects.get_for_model(subject)
    return Event.objects.filter(content_type=kind, object_id=subject.pk).select_related("actor__department")


def clocks_of(project_id: int) -> QuerySet[Clock]:
    """The running clocks of a project, the next due first."""
    return Clock.objects.filter(project_id=project_id, stopped_at__isnull=True).order_by("due_at", "pk")


def clock_of(subject: models.Model, kind: str) -> Clock | None:
    """The clock of a kind on a row, running or stopped."""
    return Clock.objects.filter(content_type=ContentType.objects.get_for_model(subject), object_id=subject.pk, kind=kind).first()


def unseen(user: User) -> int:
    """How many notices a person has not opened yet."""
    return sum(n for (n,) in _unseen(user.pk))


def _counted(user: int) -> QuerySet[Notice, Any]:
    rows = Notice.objects.filter(reader=user, seen_at__isnull=True).order_by().values("reader")
    return rows.annotate(n=Count("pk")).values_list("n")


_unseen = ListAgain(_counted, *signs(1))  # every page asks it


def frame(request: Request) -> dict[str, Any]:
    """What the frame of every page shows; asked of the database only where a page shows it, and once."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"unseen_count": SimpleLazyObject(lambda: unseen(request.user))}


def notices_of(user: User) -> QuerySet[Notice]:
    """A person's notices of what others did, newest first. To be paged."""
    rows = Notice.objects.filter(reader=user).exclude(event__actor=user)
    return rows.select_related("event__actor", "event__content_type")
