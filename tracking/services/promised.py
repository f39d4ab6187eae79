"""What a clause promises changes only through a change request (rule C9): the one refusal that says so, and who can do what."""

from django.urls import reverse
from django.utils.translation import gettext as _

from common.refusals import Refused
from projects.models import Party
from tracking.models import Task


class Promised(Refused):
    """It is promised; `url` opens the change request about it."""

    url = ""


def only_by_change_request(task: Task, what: str, field: str) -> Promised:
    """The refusal of a change to what is promised, at its form field: who asks for a change request, and who decides on it."""
    lead = Party.objects.filter(project=task.project_id, department=task.project.lead_dept_id).select_related("head").first()
    said = what
    if lead is not None and lead.head is not None:
        who = _("A head or liaison of a department taking part asks for one; %s decides.") % lead.head.name
        said = _("%(what)s %(who)s") % {"what": what, "who": who}
    refusal = Promised(said, field=field, code="promised")
    refusal.url = request_url(task)
    return refusal


def request_url(task: Task) -> str:
    """The form of a change request, filled in with the clause behind a task."""
    return f"{reverse('request_change', args=[task.project.uid])}?task={task.uid}"
