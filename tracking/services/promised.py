"""What a clause promises changes only through a change request (rule C9): the one refusal that says so, and who can do what."""

from django.utils.translation import gettext as _

from common.refusals import Refused
from projects.models import Party
from tracking.models import Task


def only_by_change_request(task: Task, what: str, field: str) -> Refused:
    """The refusal of a change to what is promised, at its form field: who asks for a change request, and who decides on it."""
    lead = Party.objects.filter(project=task.project_id, department=task.project.lead_dept_id).select_related("head").first()
    if lead is None or lead.head is None:
        return Refused(what, field=field, code="promised")
    who = _("A head or liaison of a department taking part asks for one; %s decides.") % lead.head.name
    return Refused(_("%(what)s %(who)s") % {"what": what, "who": who}, field=field, code="promised")
