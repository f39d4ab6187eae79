"""Addresses of risks: read them."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from common.api.bodies import etag
from common.api.pages import PAGING as PAGED
from common.api.pages import page_of
from common.api.problems import Problem
from common.api.shapes import PAGING, reads
from common.api.views import ApiView, answer
from projects.access import project_for
from tracking.access import risk_for
from tracking.api import shapes
from tracking.api.rows import risk_rows
from tracking.models import Risk

STATE = OpenApiParameter("state", str, enum=Risk.State.values)


class ProjectRisks(ApiView):
    """The risk register of a project."""

    query = ("state", *PAGED)

    @reads(shapes.RiskPage, STATE, *PAGING, operation_id="list_risks", tags=["risks"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """The risks of a project, in the order in which they were made."""
        scope = Risk.objects.filter(project=project_for(request.user, uid))
        state = request.query_params.get("state", "")
        if state and state not in Risk.State.values:
            raise Problem(400, "invalid", _("There is no such state."), field="state")
        return page_of(request, scope.filter(state=state) if state else scope, risk_rows, scope=scope)


class OneRisk(ApiView):
    """One risk."""

    @reads(shapes.RiskShape, operation_id="get_risk", tags=["risks"])
    def get(self, request: Request, uid: UUID) -> HttpResponse:
        """A risk with the figures that opened it."""
        row = risk_rows(Risk.objects.filter(pk=risk_for(request.user, uid).pk))[0]
        return answer(row, headers={"ETag": etag(row["version"])})
