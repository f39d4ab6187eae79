"""Addresses of tasks: read them all, report, move, submit, accept, return, comment. The doors and services are the pages'."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from activity.api import ActView
from activity.comments import say
from activity.models import Comment
from common.api.bodies import etag, seen_version
from common.api.pages import PAGING as PAGED
from common.api.pages import page_of
from common.api.problems import Problem
from common.api.rows import dumps
from common.api.shapes import PAGING, acts, reads
from common.api.views import ApiView, answer
from people.models import User
from projects.access import project_for
from projects.models import Project
from tracking.access import Act, task_for
from tracking.api import shapes
from tracking.api.rows import comment_rows, one_report, one_task, report_rows, task_rows
from tracking.models import Report, Task
from tracking.queries.filters import KEYS, filtered, read_filters
from tracking.services import accept_task, move_task, report_progress, return_task, submit_task

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
UID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
FLAG = {"type": "string", "enum": ["0", "1"]}
FILTERS = [
    OpenApiParameter("q", {"type": "string", "minLength": 1}, description="words of the title"),
    OpenApiParameter("department", OpenApiTypes.UUID),
    OpenApiParameter("assignee", {"type": "string", "pattern": f"^({UID}|me|none)$"}, description="uid, `me` or `none`"),
    OpenApiParameter("node", {"type": "string", "pattern": f"^({UID}|none)$"}, description="uid or `none`"),
    OpenApiParameter("status", str, many=True, enum=Task.State.values),
    OpenApiParameter("late", FLAG),
    OpenApiParameter("risk", FLAG),
    OpenApiParameter("silent", FLAG, description="not updated for two workdays"),
    OpenApiParameter("due_from", OpenApiTypes.DATE),
    OpenApiParameter("due_to", OpenApiTypes.DATE),
    OpenApiParameter("promise", FLAG, description="promised by a clause, or not"),
]
ALL = OpenApiParameter("all", FLAG, description="1: the whole list in one answer, without pages")


def filtered_tasks(project: Project, request: Request) -> QuerySet[Task]:
    """Every task of the project; with filters those that are reported on, as board and table show them. Errors: 400."""
    asked = QueryDict(mutable=True)
    for name in KEYS:
        asked.setlist(name, request.query_params.getlist(name))
    filters = read_filters(asked)
    for name, value in filters.ignored:
        if name == "due_to" and filters.due_from and ISO_DAY.fullmatch(value):
            continue
        raise Problem(400, "invalid", _("“%s” cannot be understood.") % value, field=name)
    if filters.ignored:
        return Task.objects.none()  # no day lies between the two that were given
    return filtered(project, request.user, filters) if filters.any else Task.objects.filter(project=project)


def said(task: Task, status: int = 200) -> HttpResponse:
    """The task after what was done to it."""
    row = one_task(task.pk, task.project.today)
    return answer(row, status, {"ETag": etag(row["version"])})


class ProjectTasks(ApiView):
    """The tasks of a project."""

    query = (*KEYS, *PAGED, "all")

    @reads(shapes.TaskPage, *FILTERS, ALL, *PAGING, operation_id="list_tasks", tags=["tasks"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """All tasks of a project, in the order in which they were made; `rank` sorts them as the board shows them."""
        project = project_for(request.user, uid)
        rows, today = filtered_tasks(project, request), project.today
        match request.query_params.get("all", "0"):
            case "1":
                body = {"results": task_rows(rows.order_by("pk"), today), "next": None}
                return HttpResponse(dumps(body), content_type="application/json")
            case "0":
                scope = Task.objects.filter(project=project)
                return page_of(request, rows, lambda found: task_rows(found, today), scope=scope)
        raise Problem(400, "invalid", _("“all” is 0 or 1."), field="all")


class ProjectReports(ApiView):
    """The reports of a project."""

    query = PAGED

    @reads(shapes.ReportPage, *PAGING, operation_id="list_reports", tags=["reports"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """All progress reports of a project, the newest first."""
        rows = Report.objects.filter(task__project=project_for(request.user, uid))
        return page_of(request, rows, report_rows, scope=rows, newest_first=True)


class OneTask(ApiView):
    """One task."""

    @reads(shapes.TaskShape, operation_id="get_task", tags=["tasks"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """A task with its figures; the ETag is the version that a write has to name."""
        return said(task_for(request.user, uid))


class TaskReports(ActView):
    """The reports of a task."""

    query = PAGED

    @reads(shapes.ReportPage, *PAGING, operation_id="list_task_reports", tags=["reports"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """The progress reports of a task, the newest first."""
        rows = Report.objects.filter(task=task_for(request.user, uid))
        return page_of(request, rows, report_rows, scope=rows, newest_first=True)

    @acts(shapes.ReportBody, shapes.ReportedShape, status=201, operation_id="report_progress", tags=["reports"])
    def post(self, request: Request, uid: UUID) -> HttpResponse:
        """Report the new total. The task, all above it, and its deviation risk follow."""
        return self.done(request, lambda: self._report(request, uid))

    def _report(self, request: Request, uid: UUID) -> HttpResponse:
        seen, body = seen_version(request), shapes.ReportBody.read(request)
        report = report_progress(actor=request.user, task_uid=uid, seen_version=seen, **body)
        row = one_task(report.task_id, report.task.project.today)
        reported = one_report(report, row["uid"], report.reporter)
        return answer({"report": reported, "task": row}, 201, {"ETag": etag(row["version"])})


class TaskMove(ActView):
    """A drag."""

    @acts(shapes.MoveBody, shapes.TaskShape, operation_id="move_task", tags=["tasks"])
    def post(self, request: Request, uid: UUID) -> HttpResponse:
        """Move a task: to another status, department or node, or to another place in the order. A status is a report."""
        return self.done(request, lambda: self._move(request, uid))

    def _move(self, request: Request, uid: UUID) -> HttpResponse:
        seen = seen_version(request)
        project: Any = SimpleLazyObject(lambda: task_for(request.user, uid).project)
        body = shapes.MoveBody.read(request, project=lambda: project)
        if "node" in body and body["node"] is None:
            body["off_node"] = True
        for name in ("before", "after"):
            if name in body:
                body[f"{name}_uid"] = body.pop(name).uid
        return said(move_task(actor=request.user, task_uid=uid, seen_version=seen, **body))


class TaskStep(ActView):
    """What is done to a deliverable."""

    body: type[shapes.Body]
    service: Callable[..., Task]

    def step(self, request: Request, uid: UUID) -> HttpResponse:
        """Do it with the version that was seen, once per key."""

        def do() -> HttpResponse:
            seen, body = seen_version(request), self.body.read(request)
            return said(type(self).service(actor=request.user, task_uid=uid, seen_version=seen, **body))

        return self.done(request, do)


class TaskSubmit(TaskStep):
    """Hand over."""

    body, service = shapes.SubmitBody, submit_task

    @acts(shapes.SubmitBody, shapes.TaskShape, operation_id="submit_task", tags=["tasks"])
    def post(self, request: Request, uid: UUID) -> HttpResponse:
        """Submit the deliverable to the department that receives it."""
        return self.step(request, uid)


class TaskAccept(TaskStep):
    """The receiver's yes."""

    body, service = shapes.AcceptBody, accept_task

    @acts(shapes.AcceptBody, shapes.TaskShape, operation_id="accept_task", tags=["tasks"])
    def post(self, request: Request, uid: UUID) -> HttpResponse:
        """Accept a deliverable for one's department."""
        return self.step(request, uid)


class TaskReturn(TaskStep):
    """The receiver's no."""

    body, service = shapes.ReturnBody, return_task

    @acts(shapes.ReturnBody, shapes.TaskShape, operation_id="return_task", tags=["tasks"])
    def post(self, request: Request, uid: UUID) -> HttpResponse:
        """Return a deliverable, with the reason."""
        return self.step(request, uid)


class Talk(ActView):
    """What is said about a row; who uses it names the door."""

    query = PAGED

    def row(self, user: User, uid: UUID) -> Any:
        """The row behind its door."""
        raise NotImplementedError

    def listed(self, request: Request, uid: UUID) -> HttpResponse:
        """What was said, the newest first."""
        rows = comments_on(self.row(request.user, uid))
        return page_of(request, rows, comment_rows, scope=rows, newest_first=True)

    def made(self, request: Request, uid: UUID) -> HttpResponse:
        """Say something, once per key."""

        def do() -> HttpResponse:
            body = shapes.CommentBody.read(request)
            row = self.row(request.user, uid)
            comment = say(actor=request.user, subject=row, project=row.project, **body)
            return answer(comment_rows(Comment.objects.filter(pk=comment.pk))[0], 201)

        return self.done(request, do)


def comments_on(row: Any) -> QuerySet[Comment]:
    """What was said about a row."""
    return Comment.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=row.pk)


class TaskComments(Talk):
    """Comments on a task."""

    def row(self, user: User, uid: UUID) -> Task:
        return task_for(user, uid, Act.VIEW)

    @reads(shapes.CommentPage, *PAGING, operation_id="list_task_comments", tags=["comments"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """What was said about a task, the newest first."""
        return self.listed(request, uid)

    @acts(shapes.CommentBody, shapes.CommentShape, status=201, versioned=False, operation_id="comment_task", tags=["comments"])
    def post(self, request: Request, uid: UUID) -> HttpResponse:
        """Comment on a task."""
        return self.made(request, uid)
