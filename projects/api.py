"""Projects by the API: those that one sees, with the departments that take part, nodes and clauses."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from common.api.bodies import etag
from common.api.pages import PAGING as PAGED
from common.api.pages import page_of
from common.api.rows import dumps, fetch, named, percent, uids, written
from common.api.shapes import PAGING, Named, page_shape, reads
from common.api.views import ApiView
from people.models import Department, User
from projects.access import project_for
from projects.models import Clause, Node, NodeDependency, Party, Project

PROJECT = (
    "pk", "uid", "version", "code", "name", "scenario", "state", "hold", "confidential", "initiating_dept_id", "lead_dept_id",
    "goal", "background", "starts_on", "ends_on", "time_zone", "threshold", "progress_basis", "started_at",
)  # fmt: skip
NODE = ("pk", "uid", "version", "order", "name", "department_id", "starts_on", "due_on", "output", "standard", "is_key")
CLAUSE = (
    "uid", "version", "number", "department_id", "text", "deliverable", "standard", "quantity", "unit", "starts_on", "due_on",
    "handed_to_id", "node_id",
)  # fmt: skip


class ProjectShape(serializers.Serializer):
    """A project."""

    uid = serializers.UUIDField()
    version = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    scenario = serializers.ChoiceField(Project.Scenario.choices)
    state = serializers.ChoiceField(Project.State.choices, help_text="the phase")
    hold = serializers.ChoiceField(Project.Hold.choices)
    confidential = serializers.BooleanField()
    initiating_dept = Named()
    lead_dept = Named()
    goal = serializers.CharField(allow_blank=True)
    background = serializers.CharField(allow_blank=True)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    time_zone = serializers.CharField()
    threshold = serializers.FloatField(help_text="percentage points above which a deviation is a risk")
    progress_basis = serializers.ChoiceField(Project.Basis.choices)
    started_at = serializers.DateTimeField(allow_null=True, help_text="null: a draft")


class DepartmentShape(serializers.Serializer):
    """A department that takes part."""

    uid = serializers.UUIDField()
    name = serializers.CharField()
    duty = serializers.CharField(allow_blank=True)
    head = Named()
    liaison = Named(allow_null=True)


class NodeShape(serializers.Serializer):
    """A stage of the flow."""

    uid = serializers.UUIDField()
    version = serializers.IntegerField()
    order = serializers.IntegerField()
    name = serializers.CharField()
    department = Named()
    starts_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    output = serializers.CharField(allow_blank=True)
    standard = serializers.ListField(child=serializers.CharField())
    is_key = serializers.BooleanField()
    needs = serializers.ListField(child=serializers.UUIDField(), help_text="the nodes that come before it")


class ClauseShape(serializers.Serializer):
    """A clause that promises."""

    uid = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.CharField()
    department = Named()
    text = serializers.CharField()
    deliverable = serializers.CharField(allow_blank=True)
    standard = serializers.CharField(allow_blank=True)
    quantity = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(allow_blank=True)
    starts_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    handed_to = Named(allow_null=True)
    node = serializers.UUIDField(allow_null=True)


class WholeProjectShape(ProjectShape):
    """A project with all that its plan is made of."""

    departments = DepartmentShape(many=True)
    nodes = NodeShape(many=True)
    clauses = ClauseShape(many=True)


def project_rows(projects: QuerySet[Project]) -> list[dict[str, Any]]:
    """Projects from values."""
    rows = [dict(zip(PROJECT, row, strict=True)) for row in fetch(projects, *PROJECT)]
    departments = named(Department, {row[name] for row in rows for name in ("initiating_dept_id", "lead_dept_id")})
    for row in rows:
        del row["pk"]
        row["initiating_dept"] = departments[row.pop("initiating_dept_id")]
        row["lead_dept"] = departments[row.pop("lead_dept_id")]
        row["threshold"] = percent(row["threshold"])
    return rows


def department_rows(project: Project) -> list[dict[str, Any]]:
    """The departments that take part, in their order."""
    parties = Party.objects.filter(project=project).order_by("order", "pk")
    rows = fetch(parties, "department__uid", "department__name", "duty", "head_id", "liaison_id")
    people = named(User, {key for row in rows for key in row[3:]})
    return [
        {"uid": uid, "name": name, "duty": duty, "head": people[head], "liaison": people.get(liaison)}
        for uid, name, duty, head, liaison in rows
    ]


def node_rows(project: Project) -> list[dict[str, Any]]:
    """The flow in its order; each node with those that come before it."""
    rows = [
        dict(zip(NODE, row, strict=True)) for row in fetch(Node.objects.filter(project=project).order_by("order", "pk"), *NODE)
    ]
    departments = named(Department, {row["department_id"] for row in rows})
    known, needs = {row["pk"]: row["uid"] for row in rows}, {row["pk"]: list[str]() for row in rows}
    for node, needed in fetch(NodeDependency.objects.filter(node__project=project).order_by("pk"), "node_id", "needs_id"):
        needs[node].append(known[needed])
    for row in rows:
        row["department"] = departments[row.pop("department_id")]
        row["standard"], row["needs"] = written(row["standard"]), needs[row.pop("pk")]
    return rows


def clause_rows(project: Project) -> list[dict[str, Any]]:
    """What the living memorandum promises, by clause; what an amendment took out is promised no more."""
    living = Clause.objects.filter(memorandum__project=project, ended_at=None).exclude(memorandum__state="superseded")
    rows = [dict(zip(CLAUSE, row, strict=True)) for row in fetch(living.order_by("order", "pk"), *CLAUSE)]
    departments = named(Department, {row[name] for row in rows for name in ("department_id", "handed_to_id")})
    nodes = uids(Node.objects.all(), {row["node_id"] for row in rows})
    for row in rows:
        row["department"], row["handed_to"] = departments[row.pop("department_id")], departments.get(row.pop("handed_to_id"))
        row["node"] = nodes.get(row.pop("node_id"))
    return rows


def whole(project: Project) -> dict[str, Any]:
    """A project with departments, nodes and clauses."""
    row = project_rows(Project.objects.filter(pk=project.pk))[0]
    return row | {"departments": department_rows(project), "nodes": node_rows(project), "clauses": clause_rows(project)}


class Projects(ApiView):
    """Projects."""

    query = PAGED

    @reads(page_shape(ProjectShape), *PAGING, operation_id="list_projects", tags=["projects"])
    def get(self, request: Request) -> HttpResponse:
        """The projects that one sees, the newest first."""
        rows = Project.objects.visible_to(request.user)
        return page_of(request, rows, project_rows, scope=rows, newest_first=True)


class OneProject(ApiView):
    """One project."""

    @reads(WholeProjectShape, operation_id="get_project", tags=["projects"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """A project with the departments that take part, the nodes of its flow and the clauses of its memorandum."""
        row = whole(project_for(request.user, uid))
        return HttpResponse(dumps(row), content_type="application/json", headers={"ETag": etag(row["version"])})
