"""How the passing of phases reads."""

from django.utils.translation import gettext_lazy as _

from common.ports import say

say("project.gate_passed", _("{actor} took {title} on to the next phase"), kind="project", mail=True)
say(
    "project.gate_passed_with_gaps", _("{actor} took {title} on to the next phase with gaps: {reason}"), kind="project", mail=True
)
say("project.suspended", _("{actor} suspended {title}: {reason}"), kind="project", mail=True)
say("project.resumed", _("{actor} resumed {title}: {reason}"), kind="project", mail=True)
say("project.cancelled", _("{actor} cancelled {title}: {reason}"), kind="project", mail=True)
say("party.handed_over", _("{number} open tasks of {title} passed to {liaison}"), kind="task", mail=True)
