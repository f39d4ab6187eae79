"""While a project is held up, nobody owes it a solution; resumed, its open issues have another 24 hours."""

from typing import Any

from activity.services import stop_clock
from common import ports
from tracking.issue_access import SOLUTION, is_escalated
from tracking.models import Issue
from tracking.services.issues import run_solution_clock


def _open_issues(event: Any) -> list[Issue]:
    """Those whose time has not run out: a breach stays as it was recorded."""
    rows = Issue.objects.filter(project=event.project_id, state=Issue.State.OPEN).select_related("project")
    return [row for row in rows if not is_escalated(row)]


def _stop(event: Any) -> None:
    for issue in _open_issues(event):
        stop_clock(subject=issue, kind=SOLUTION)


def _go_on(event: Any) -> None:
    for issue in _open_issues(event):
        run_solution_clock(issue)


ports.react("project.suspended", _stop)
ports.react("project.cancelled", _stop)
ports.react("project.resumed", _go_on)
