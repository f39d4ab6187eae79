"""How the acts of steps 4 and 5 read."""

from django.utils.translation import gettext_lazy as _

import tracking.words_changes
import tracking.words_issues  # noqa: F401
from common.ports import say

say("task.created", _("{actor} made the task “{title}”"), kind="task")
say("task.split", _("{actor} divided “{title}” into {count} parts: {parts}"), kind="task")
say("task.edited", _("{actor} changed the task “{title}”"), kind="task")
say("task.confirmed", _("{actor} confirmed the task “{title}”"), kind="task")
say("task.assigned", _("{actor} gave the task “{title}” to {assignee}"), kind="task")
say("task.progress_reported", _("{actor} reported {done} on “{title}” (before: {before})"), kind="task")
say("task.submitted", _("{actor} handed “{title}” over to {to}"), kind="task", mail=True)
say("task.accepted", _("{by} accepted “{title}” ({actor})"), kind="task")
say("task.returned", _("{by} returned “{title}”: {reason} ({actor})"), kind="task", mail=True)
say("task.moved", _("{actor} moved “{title}” to {to}"), kind="task")
say("task.ordered", _("{actor} moved “{title}” in the order"), kind="task", routine=True)
say("task.move_undone", _("{actor} took the last move of “{title}” back"), kind="task", routine=True)
say("task.put_under", _("{actor} put “{title}” under “{parent}”"), kind="task")
say("task.put_on_top", _("{actor} took “{title}” out of “{from}”"), kind="task")
say("task.steps_saved", _("{actor} wrote the planned steps of “{title}”: {count}"), kind="task", routine=True)
say("task.dependencies_set", _("{actor} wrote what must be done before “{title}”: {needs}"), kind="task", routine=True)
say("task.checklist_saved", _("{actor} wrote the checklist of “{title}”: {count} points"), kind="task", routine=True)
say("task.ticked", _("{actor} ticked “{point}” on “{title}”"), kind="task", routine=True)
say("task.unticked", _("{actor} took back the tick at “{point}” on “{title}”"), kind="task", routine=True)
say("task.made_from_memorandum", _("{count} tasks were made from the memorandum {number}"), kind="task", mail=True)
say(
    "risk.opened",
    _("“{title}” became a risk: planned {planned}, actual {actual}, deviation {deviation}"),
    kind="risk",
    mail=True,
)
say("risk.recovered", _("“{title}” is back within the threshold: planned {planned}, actual {actual}"), kind="risk")
say("risk.many_opened", _("Evening of {day}: {count} tasks became risks; they stand in the register"), kind="risk", mail=True)
say("risk.many_recovered", _("Evening of {day}: {count} risks are back within the threshold"), kind="risk")
say("risk.not_updated", _("“{title}” was not late, only not updated: planned {planned}, actual {actual}"), kind="risk")
say("risk.answered", _("{actor} set a measure for “{title}”: {measure} ({owner}, {due})"), kind="risk")
say("risk.closed", _("{actor} closed the risk “{title}”: {reason}"), kind="risk")
say(
    "scan.run",
    _("Evening of {day}: {tasks} tasks looked at, {opened} risks opened, {recovered} recovered"),
    kind="risk",
    routine=True,
)
say("view.saved", _("{actor} kept the view “{title}”"), kind="task", routine=True)
say("view.changed", _("{actor} changed the view “{title}”"), kind="task", routine=True)
say("view.deleted", _("{actor} deleted the view “{title}”"), kind="task", routine=True)
say(
    "digest.made",
    _("{project}, {day}: {changed} changes, {late} delayed, {silent} not updated for two workdays"),
    kind="task",
    mail=True,
    routine=True,
)
say(
    "report.asked",
    _("{project} waits for your figures: nothing was reported for two workdays"),
    kind="task",
    mail=True,
    routine=True,
)
