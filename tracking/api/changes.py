"""Addresses of change requests: read them."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from common.api.pages import PAGING as PAGED
from common.api.pages import page_of
from common.api.problems import Problem
from common.api.rows import fetch, named, uids, written
from common.api.shapes import PAGING, Named, page_shape, reads
from common.api.views import ApiView
from people.models import Department, User
from projects.access import project_for
from projects.models import Amendment
from tracking.change_access import changes_visible_to
from tracking.models import ChangeLine, ChangeRequest, Risk

STATE = OpenApiParameter("state", str, enum=ChangeRequest.State.values)
CHANGE = (
    "pk", "uid", "version", "number", "title", "kind", "state", "reason", "cost", "quality", "requested_by_id", "department_id",
    "risk_id", "amendment_id", "created_at", "submitted_at", "opinions_by", "decided_by_id", "decided_at", "decision",
)  # fmt: skip
LINE = ("request_id", "kind", "clause__uid", "clause__number", "before", "after")


class AmendmentNumber(serializers.Serializer):
    """The amendment in which an approved request stands."""

    uid = serializers.UUIDField()
    number = serializers.CharField()


class ChangeLineShape(serializers.Serializer):
    """What is to change of one clause (none: a new one); values by field, departments and nodes by their uid."""

    kind = serializers.ChoiceField(ChangeLine.Kind.choices)
    clause = serializers.UUIDField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    before = serializers.DictField()
    after = serializers.DictField()


class ChangeShape(serializers.Serializer):
    """A change request with its lines, and what was decided."""

    uid = serializers.UUIDField()
    version = serializers.IntegerField()
    number = serializers.IntegerField(help_text="within the project")
    title = serializers.CharField()
    kind = serializers.ChoiceField(ChangeRequest.Kind.choices)
    state = serializers.ChoiceField(ChangeRequest.State.choices)
    reason = serializers.CharField()
    cost = serializers.FloatField(allow_null=True, help_text="in yuan")
    quality = serializers.CharField(allow_blank=True)
    requested_by = Named()
    department = Named()
    risk = serializers.UUIDField(allow_null=True)
    amendment = AmendmentNumber(allow_null=True)
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    opinions_by = serializers.DateTimeField(allow_null=True)
    decided_by = Named(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField(allow_blank=True)
    lines = ChangeLineShape(many=True)


ChangePage = page_shape(ChangeShape)


def change_rows(changes: QuerySet[ChangeRequest]) -> list[dict[str, Any]]:
    """Change requests from values: a handful of queries for any number of rows."""
    rows = [dict(zip(CHANGE, row, strict=True)) for row in fetch(changes, *CHANGE)]
    people = named(User, {row[name] for row in rows for name in ("requested_by_id", "decided_by_id")})
    departments = named(Department, {row["department_id"] for row in rows})
    amendments = named(Amendment, {row["amendment_id"] for row in rows}, "number")
    risks = uids(Risk.objects.all(), {row["risk_id"] for row in rows})
    lines = _lines({row["pk"] for row in rows})
    for row in rows:
        row["lines"] = lines[row.pop("pk")]
        row["requested_by"], row["decided_by"] = people[row.pop("requested_by_id")], people.get(row.pop("decided_by_id"))
        row["department"], row["risk"] = departments[row.pop("department_id")], risks.get(row.pop("risk_id"))
        row["amendment"] = amendments.get(row.pop("amendment_id"))
    return rows


def _lines(changes: set[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if not changes:
        return found
    rows = ChangeLine.objects.filter(request__in=changes).order_by("request", "order", "id")
    for key, kind, clause, number, before, after in fetch(rows, *LINE):
        found[key].append({"kind": kind, "clause": clause, "number": number, "before": written(before), "after": written(after)})
    return found


class ProjectChanges(ApiView):
    """The change requests of a project."""

    query = ("state", *PAGED)

    @reads(ChangePage, STATE, *PAGING, operation_id="list_changes", tags=["changes"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """The change requests of a project, in the order in which they were made; drafts to their authors alone."""
        project = project_for(request.user, uid)
        scope = ChangeRequest.objects.filter(pk__in=changes_visible_to(request.user).filter(project=project).values("pk"))
        state = request.query_params.get("state", "")
        if state and state not in ChangeRequest.State.values:
            raise Problem(400, "invalid", _("There is no such state."), field="state")
        return page_of(request, scope.filter(state=state) if state else scope, change_rows, scope=scope)
