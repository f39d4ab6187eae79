"""The root of the API, who one is in it, and a project as a whole."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from common import clock
from common.api.rows import dumps
from common.api.shapes import Named, reads
from common.api.views import ApiView, answer
from projects.access import project_for
from projects.api import WholeProjectShape, whole
from tracking.api.rows import report_rows, risk_rows, task_rows
from tracking.api.shapes import ReportShape, RiskShape, TaskShape
from tracking.models import Report, Risk, Task

ROOT = inline_serializer(
    "Root",
    {
        "me": inline_serializer(
            "Me",
            {
                "uid": serializers.UUIDField(),
                "username": serializers.CharField(),
                "name": serializers.CharField(),
                "department": Named(allow_null=True),
            },
        ),
        "now": serializers.DateTimeField(),
        "projects": serializers.CharField(),
        "schema": serializers.CharField(),
        "docs": serializers.CharField(),
    },
)


class DumpShape(WholeProjectShape):
    """Everything at once."""

    tasks = TaskShape(many=True)
    reports = ReportShape(many=True)
    risks = RiskShape(many=True)


class Root(ApiView):
    """Where everything begins."""

    @reads(ROOT, operation_id="root", tags=["root"])
    def get(self, request: Request) -> HttpResponse:
        """Who I am here, and where to go on."""
        user = request.user
        department = {"uid": user.department.uid, "name": user.department.name} if user.department else None
        found: dict[str, Any] = {
            "me": {"uid": user.uid, "username": user.username, "name": user.name, "department": department},
            "now": clock.now(),
        }
        found |= {name: settings.BASE_URL + reverse(f"api_{name}") for name in ("projects", "schema", "docs")}
        return answer(found)


class Dump(ApiView):
    """A project as a whole."""

    @reads(DumpShape, operation_id="dump_project", tags=["projects"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """The whole project in one answer: departments, nodes, clauses, tasks with their figures, reports, risks."""
        project = project_for(request.user, uid)
        found = whole(project) | {
            "tasks": task_rows(Task.objects.filter(project=project).order_by("pk"), project.today),
            "reports": report_rows(Report.objects.filter(task__project=project).order_by("pk")),
            "risks": risk_rows(Risk.objects.filter(project=project).order_by("pk")),
        }
        return HttpResponse(dumps(found), content_type="application/json")
