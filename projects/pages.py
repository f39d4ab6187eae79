"""The frame around every page of a project: how it stands, its phases, its tabs, its next deadline."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activity.queries import clocks_of
from common import ports
from common.again import Again, signs
from people.models import User
from people.requests import Request
from projects.access import RULES, Act, Standing, standing
from projects.models import Party, Project
from projects.queries.memorandum import Source

TABS: list[tuple[str, str, str | Promise]] = [
    ("goal", "project", _("Goal and scope")),
    ("kickoff", "memorandum", _("Kick-off and memorandum")),
    ("meetings", "project_meetings", _("Meetings")),
    ("tasks", "project_tasks", _("Tasks")),
    ("risks", "project_risks", _("Progress and risks")),
    ("log", "project_log", _("Log")),
]
SIGNED_IN = "kickoff"
STEPS: list[tuple[str, str | Promise]] = [
    (Project.State.PREPARATION, pgettext_lazy("phase", "Preparation")),
    (Project.State.KICKOFF, pgettext_lazy("phase", "Kick-off")),
    (Project.State.EXECUTION, pgettext_lazy("phase", "Execution ∥ monitoring")),
    (Project.State.CLOSING, pgettext_lazy("phase", "Closing")),
]


@dataclass(frozen=True)
class Tab:
    """A tab of the project's page; `count` is what is missing or wrong there, `signed` how many of how many have signed."""

    key: str
    label: str | Promise
    url: str
    count: int
    here: bool
    signed: tuple[int, int] | None = None


@dataclass(frozen=True)
class Step:
    """A phase of the stepper: done, now, or to come."""

    label: str | Promise
    state: str


def project_page(
    request: Request, project: Project, template: str, tab: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page inside the project's frame; `template` extends projects/frame.html."""
    return render(request, template, {**frame_of(request, project, tab), **context}, status=status)


def frame_of(request: Request, project: Project, tab: str) -> dict[str, Any]:
    """What projects/frame.html shows; a bounded number of queries."""
    outline = ports.outline().of(project)
    stands = standing(request.user, project)
    wrong = outline.counts
    return {
        "project": project,
        "here_tab": tab,
        "stands": stands,
        "outline": outline,
        "health": outline.health,
        "tabs": [
            Tab(key, label, _url(name, project), wrong.get(key, 0), key == tab, outline.signed if key == SIGNED_IN else None)
            for key, name, label in _tabs(stands)
        ],
        "steps": steps(project),
        "next_clock": clocks_of(project.pk).first() if outline.clocks else None,
        "lead": lead_of(project),
    }


def _tabs(stands: Standing) -> list[tuple[str, str, str | Promise]]:
    sees_log = stands.may(RULES, Act.SEE_LOG, own=True)
    return [row for row in TABS if row[0] != "log" or sees_log]


def _url(name: str, project: Project) -> str:
    try:
        return reverse(name, args=[project.uid])
    except NoReverseMatch:
        return ""


def steps(project: Project) -> list[Step]:
    """The phases, each done, now, or to come."""
    order = [phase for phase, _label in STEPS]
    at = order.index(project.state) if project.state in order else len(order)
    return [Step(label, "done" if place < at else "now" if place == at else "later") for place, (_p, label) in enumerate(STEPS)]


def _party(project: int, department: int) -> QuerySet[Party]:
    rows = Party.objects.filter(project=project, department=department).order_by()  # one at most
    return rows.select_related("liaison__department", "head__department")


_party_of = Again(_party, *signs(2))


def lead_of(project: Project) -> User | None:
    """Whom one asks first (牵头人): the lead department's liaison, else its head."""
    read = Source.shared(project)
    parties = read.parties if read else _party_of(project.pk, project.lead_dept_id)
    party = next((row for row in parties if row.department_id == project.lead_dept_id), None)
    if party is None:
        return project.initiating_dept.head
    return party.liaison or party.head
