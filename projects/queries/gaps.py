"""What a project still lacks to leave preparation: the checklist of its first gate (rule B7)."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from common.ports import Missing
from projects.models import CommunicationRule, Contingency, Project, ScopeItem
from projects.queries.flow import needs_by_node, point_out


def missing_in_preparation(project: Project) -> Iterator[Missing]:
    """Goal, period, measurable key results, departments with liaisons, nodes, communication, contingency."""
    page = reverse("project", args=[project.uid])
    if project.is_draft:
        yield Missing(_("The head of %s has not started the project.") % project.initiating_dept, page, hard=True)
    if not project.goal.strip():
        yield Missing(_("The goal is not written."), page + "#goal")
    if not project.background.strip():
        yield Missing(_("Background and significance are not written."), page + "#goal")
    if project.starts_on is None or project.ends_on is None:
        yield Missing(_("The period is not set."), page + "#goal")
    yield from _of_results(project, page)
    yield from _of_departments(project, page)
    yield from _of_flow(project, page)
    scope, communication, contingencies = _said_of(project)
    if not scope:
        yield Missing(_("Nothing is said about what is in scope and what is out."), page + "#scope")
    if not communication:
        yield Missing(_("The communication mechanism is empty."), page + "#communication")
    if not contingencies:
        yield Missing(_("There is no contingency plan."), page + "#contingency")


def _said_of(project: Project) -> tuple[bool, bool, bool]:
    """Whether there is anything in scope and communication, and a contingency plan; one query."""
    lists = (ScopeItem, CommunicationRule, Contingency)
    asked = (Exists(model.objects.filter(project=OuterRef("pk"))) for model in lists)
    found: tuple[bool, bool, bool] = Project.objects.filter(pk=project.pk).values_list(*asked).get()
    return found


def _of_results(project: Project, page: str) -> Iterator[Missing]:
    kpis = list(project.kpis.all())
    if not kpis:
        yield Missing(_("There is no key result."), page + "#kpi")
    for kpi in kpis:
        if kpi.is_draft:
            yield Missing(_("The key result “%s” has no number or date.") % kpi.name, f"{page}#row-{kpi.uid}")


def _of_departments(project: Project, page: str) -> Iterator[Missing]:
    parties = list(project.parties.select_related("department"))
    if len(parties) < 2:
        yield Missing(_("No other department has been invited."), page + "#parties")
    for party in parties:
        if party.accepted_at is None:
            yield Missing(_("%s has not accepted yet.") % party.department, page + "#parties")
        elif party.liaison_id is None:
            yield Missing(_("%s has no liaison.") % party.department, page + "#parties")


def _of_flow(project: Project, page: str) -> Iterator[Missing]:
    nodes = list(project.nodes.select_related("department").prefetch_related("inputs__sources"))
    if not nodes:
        yield Missing(_("The flow has no node."), page + "#node")
        return
    pointed = point_out(nodes, needs_by_node(project))
    for node in nodes:
        if node.due_on is None:
            yield Missing(_("The node “%s” has no due date.") % node.name, f"{page}#row-{node.uid}")
        for text in pointed.get(node.pk, ()):
            yield Missing(_("Node “%(node)s”: %(text)s") % {"node": node.name, "text": text}, f"{page}#row-{node.uid}")
