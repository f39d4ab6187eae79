"""How short slips and change requests read."""

from django.utils.translation import gettext_lazy as _

from common.ports import say

say("slip.asked", _("{actor} asks to move “{task}” from {from} to {to}: {reason}"), kind="task", mail=True)
say("slip.agreed", _("{actor} agreed: “{task}” moves from {from} to {to} ({workdays} workdays)"), kind="task", mail=True)
say("slip.refused", _("{actor} did not agree that “{task}” moves to {to}: {answer}"), kind="task", mail=True)
say("slip.withdrawn", _("{actor} no longer asks to move “{task}” to {to}"), kind="task")
say(
    "task.amended",
    _("The amendment {amendment} changed what “{title}” promises (clause {number}, memorandum v{edition})"),
    kind="task",
)
say("change.drafted", _("{actor} began the change request “{title}”"), kind="project", routine=True)
say(
    "change.handed_in",
    _("{actor} asks for a change: “{title}”, clauses {clauses}, {signatures} signatures; opinions by {by}"),
    kind="project",
    mail=True,
)
say("change.withdrawn", _("{actor} withdrew the change request “{title}”"), kind="project")
say("change.opinion_given", _("{department} on “{title}”: {says} {text} ({actor})"), kind="project", mail=True)
say("change.opinions_due", _("Opinions on “{title}” are still missing: {missing}"), kind="project", mail=True)
say("change.approved", _("{actor} approved “{title}”: {reason}; it stands in {amendment}"), kind="project", mail=True)
say("change.rejected", _("{actor} declined “{title}”: {reason}; everything stays as it is"), kind="project", mail=True)
