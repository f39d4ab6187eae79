"""Minutes by the API: those that one may read, with resolutions and actions."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from common.api.bodies import etag
from common.api.pages import PAGING as PAGED
from common.api.pages import page_of
from common.api.rows import dumps, fetch, named, uids
from common.api.shapes import PAGING, Named, page_shape, reads
from common.api.views import ApiView
from common.rights import Role
from meetings.access import RULES, Act, minutes_for, persons_for
from meetings.models import Action, Attendee, Minutes, Resolution
from meetings.models.meeting import Kind
from people.models import Department, User
from projects.access import project_for, standing
from projects.models import Project
from tracking.models import Task

MINUTES = (
    "uid", "version", "meeting__uid", "meeting__title", "meeting__kind", "meeting__starts_at", "meeting__ended_at", "edition",
    "state", "summary", "by_system", "distributed_at", "archived_at",
)  # fmt: skip


class MinutesShape(serializers.Serializer):
    """One edition of a meeting's minutes."""

    uid = serializers.UUIDField()
    version = serializers.IntegerField()
    meeting = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    starts_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    edition = serializers.IntegerField()
    state = serializers.ChoiceField(Minutes.State.choices)
    summary = serializers.CharField(allow_blank=True)
    by_system = serializers.BooleanField(help_text="distributed by the system before the deadline")
    distributed_at = serializers.DateTimeField(allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True)


class ActionShape(serializers.Serializer):
    """What somebody does until when."""

    uid = serializers.UUIDField()
    text = serializers.CharField()
    owner = Named(allow_null=True)
    department = Named(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    task = serializers.UUIDField(allow_null=True, help_text="the task that it became")


class ResolutionShape(serializers.Serializer):
    """A binding result."""

    uid = serializers.UUIDField()
    text = serializers.CharField()


class WholeMinutesShape(MinutesShape):
    """Minutes with what was resolved."""

    resolutions = ResolutionShape(many=True)
    actions = ActionShape(many=True)


def readable(user: User, project: Project) -> QuerySet[Minutes]:
    """The minutes of a project that this person may read; drafts only where they write them. Errors: PermissionDenied."""
    here = standing(user, project)
    if not here.may(RULES, Act.READ, own=True):
        raise PermissionDenied
    rows = Minutes.objects.filter(meeting__project=project)
    written = Q(state=Minutes.State.DRAFT)
    if not here.may(RULES, Act.READ):
        rows = rows.filter(
            Exists(Attendee.objects.filter(meeting=OuterRef("meeting"), user__in=persons_for(user, project, Act.READ)))
        )
        if Role.TA not in here.roles and not rows.exists():  # what lets a member in is an invitation alone
            raise PermissionDenied
    if here.may(RULES, Act.WRITE):
        return rows
    if here.may(RULES, Act.WRITE, own=True):
        keepers = persons_for(user, project, Act.WRITE)
        return rows.filter(~written | Q(meeting__chair__in=keepers) | Q(meeting__recorder__in=keepers))
    return rows.exclude(written)


def minutes_rows(rows: QuerySet[Minutes]) -> list[dict[str, Any]]:
    """Minutes from values."""
    names = [name.removeprefix("meeting__") for name in MINUTES]
    names[MINUTES.index("meeting__uid")] = "meeting"
    return [dict(zip(names, row, strict=True)) for row in fetch(rows, *MINUTES)]


def action_rows(minutes: Minutes) -> list[dict[str, Any]]:
    """Who does what until when."""
    rows = fetch(
        Action.objects.filter(minutes=minutes).order_by("order", "pk"),
        *["uid", "text", "owner_id", "department_id", "due_on", "task_id"],
    )
    people, departments = named(User, {row[2] for row in rows}), named(Department, {row[3] for row in rows})
    tasks = uids(Task.objects.all(), {row[5] for row in rows})
    return [
        {
            "uid": uid, "text": text, "owner": people.get(owner), "department": departments.get(department), "due_on": due_on,
            "task": tasks.get(task),
        }
        for uid, text, owner, department, due_on, task in rows
    ]  # fmt: skip


class ProjectMinutes(ApiView):
    """The minutes of a project."""

    query = PAGED

    @reads(page_shape(MinutesShape), *PAGING, operation_id="list_minutes", tags=["minutes"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """The minutes of a project that one may read, the newest first."""
        rows = readable(request.user, project_for(request.user, uid))
        return page_of(request, rows, minutes_rows, scope=rows, newest_first=True)


class MeetingMinutes(ApiView):
    """The newest minutes of a meeting."""

    @reads(WholeMinutesShape, operation_id="get_minutes", tags=["minutes"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """The newest minutes of a meeting, with resolutions and actions."""
        minutes = minutes_for(request.user, uid, Act.READ)
        row = minutes_rows(Minutes.objects.filter(pk=minutes.pk))[0]
        resolved = fetch(Resolution.objects.filter(minutes=minutes).order_by("order", "pk"), "uid", "text")
        row["resolutions"] = [{"uid": uid, "text": text} for uid, text in resolved]
        row["actions"] = action_rows(minutes)
        return HttpResponse(dumps(row), content_type="application/json", headers={"ETag": etag(row["version"])})
