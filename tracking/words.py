"""How the acts of steps 4 and 5 read."""

from django.utils.translation import gettext_lazy as _

from common.ports import say

say("task.created", _("{actor} made the task “{title}”"), kind="task")
say("task.split", _("{actor} divided “{title}” into {count} parts: {parts}"), kind="task")
say("task.edited", _("{actor} changed the task “{title}”"), kind="task")
say("task.confirmed", _("{actor} confirmed the task “{title}”"), kind="task")
say("task.assigned", _("{actor} gave the task “{title}” to {assignee}"), kind="task")
say("task.progress_reported", _("{actor} reported {done} on “{title}” (before: {before})"), kind="task")
say("task.made_from_memorandum", _("{count} tasks were made from the memorandum {number}"), kind="task", mail=True)
say(
    "risk.opened",
    _("“{title}” became a risk: planned {planned}, actual {actual}, deviation {deviation}"),
    kind="risk",
    mail=True,
)
say("risk.recovered", _("“{title}” is back within the threshold: planned {planned}, actual {actual}"), kind="risk")
say("risk.answered", _("{actor} set a measure for “{title}”: {measure} ({owner}, {due})"), kind="risk")
say("risk.closed", _("{actor} closed the risk “{title}”: {reason}"), kind="risk")
say(
    "scan.run",
    _("Evening of {day}: {tasks} tasks looked at, {opened} risks opened, {recovered} recovered"),
    kind="risk",
    routine=True,
)
