"""What execution still lacks before a project can be closed (rule B7)."""

from django.urls import reverse
from django.utils.translation import ngettext

from common.ports import Missing
from projects.models import Project
from tracking.models import Risk, Task
from tracking.queries.desk import OVER, leaves


def missing_in_execution(project: Project) -> list[Missing]:
    """Tasks that are not done, tasks not confirmed, risks that are open."""
    tasks = Task.objects.filter(project=project).exclude(state__in=OVER)
    undone = leaves(tasks).count()
    unconfirmed = tasks.filter(clause__isnull=False, confirmed_at=None).count()
    risks = Risk.objects.filter(project=project, state__in=[Risk.State.OPEN, Risk.State.OCCURRED]).count()
    tree, register = reverse("project_tasks", args=[project.uid]), reverse("project_risks", args=[project.uid])
    found = []
    if undone:
        found.append(Missing(ngettext("%d task is not done", "%d tasks are not done", undone) % undone, tree))
    if unconfirmed:
        text = ngettext("%d task is not confirmed", "%d tasks are not confirmed", unconfirmed) % unconfirmed
        found.append(Missing(text, tree))
    if risks:
        found.append(Missing(ngettext("%d risk is open", "%d risks are open", risks) % risks, register))
    return found
