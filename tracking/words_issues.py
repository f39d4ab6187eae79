"""How issues between departments read."""

from django.utils.translation import gettext_lazy as _

from common.ports import say

say(
    "issue.registered",
    _("{actor} registered the issue “{title}” ({parties}); its solution is due by {due}"),
    kind="risk",
    mail=True,
)
say("issue.reminded", _("{hours} hours are left for the solution of “{title}”"), kind="risk", mail=True)
say(
    "issue.breached",
    _("“{title}” ({parties}) has no solution within 24 hours; it was due {due} and is now with senior management"),
    kind="risk",
    mail=True,
)
say(
    "issue.solved_too_late",
    _("The solution of “{title}” ({parties}) came after its 24 hours; it was due {due}"),
    kind="risk",
    mail=True,
)
say("issue.solved", _("{actor} gave the solution of “{title}”: {solution}"), kind="risk", mail=True)
say("issue.solved_late", _("{actor} gave the solution of “{title}” late (due {due}): {solution}"), kind="risk", mail=True)
say("issue.reopened", _("{actor} reopened “{title}”: {reason}; a solution is due by {due}"), kind="risk", mail=True)
say("issue.measure_to_task", _("{actor} made a measure of “{title}” a task: {text}"), kind="risk")
