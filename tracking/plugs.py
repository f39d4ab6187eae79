"""What tracking plugs into the sockets of common.ports."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

import tracking.plugs_changes
import tracking.plugs_issues  # noqa: F401
from common import ports
from projects.models import Project
from tracking import letters, talk
from tracking.access import RULES, WORDS, Act, sees_digest, sees_risk, sees_task
from tracking.change_access import CHANGE_RULES, CHANGE_WORDS, ChangeAct
from tracking.issue_access import ISSUE_RULES, ISSUE_WORDS, IssueAct
from tracking.queries import desk
from tracking.queries.beside import beside_risks, beside_tasks
from tracking.queries.gate import missing_in_execution
from tracking.view_access import VIEW_RULES, VIEW_WORDS, ViewAct


def _rights() -> ports.RightsTable:
    rows: list[tuple[ports.Say, Mapping[str, str]]] = [
        (WORDS[act], {role.value: reach.value for role, reach in RULES[act].items()}) for act in Act
    ]
    rows += [(VIEW_WORDS[act], {role.value: reach.value for role, reach in VIEW_RULES[act].items()}) for act in ViewAct]
    changes = [(CHANGE_WORDS[act], {role.value: reach.value for role, reach in CHANGE_RULES[act].items()}) for act in ChangeAct]
    issues = [(ISSUE_WORDS[act], {role.value: reach.value for role, reach in ISSUE_RULES[act].items()}) for act in IssueAct]
    return ports.RightsTable(_("Tasks and risks"), [*rows, *changes, *issues])


ports.door_of("tracking.task", sees_task, as_project=True)
ports.door_of("tracking.risk", sees_risk, as_project=True)
ports.stands_beside("tracking.task", beside_tasks)
ports.stands_beside("tracking.risk", beside_risks)
ports.plug_subject("tracking.task", talk.socket(talk.open_task))
ports.plug_subject("tracking.report", talk.socket(talk.open_report))
ports.rights_table(_rights)
ports.on_desk("confirm", desk.to_confirm, waits=desk.unconfirmed)
ports.on_desk("confirm", desk.to_accept, waits=desk.handed_over)
ports.on_desk("", desk.own_tasks)
ports.on_desk("", desk.of_risks, waits=desk.unanswered)
ports.door_of("tracking.digest", sees_digest, as_project=True)
ports.letter_of("digest.made", letters.digest)
ports.letter_of("report.asked", letters.asked)
ports.gate_items(Project.State.EXECUTION, missing_in_execution)
