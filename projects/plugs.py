"""What projects plug into the sockets of common.ports."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

import projects.plugs_amendments
import projects.plugs_memorandum  # noqa: F401
from common import ports
from people.models import User
from projects.access import RULES, WORDS, Act, pass_through, sees_project, standing, steering_heads
from projects.models import Project
from projects.queries import desk
from projects.queries.gaps import missing_in_preparation
from projects.queries.readers import who_sees


def _rights() -> ports.RightsTable:
    from_rules = {act: {role.value: reach.value for role, reach in row.items()} for act, row in RULES.items()}
    return ports.RightsTable(_("Project"), [(WORDS[act], from_rules[act]) for act in Act])


def _names(ids: Iterable[int]) -> Mapping[int, str]:
    return dict(Project.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def _sees_row(user: User, row: Any) -> bool:
    return sees_project(user, row.project_id)


ports.door_of("projects.project", lambda user, project: sees_project(user, project.pk), as_project=True)
for _label in ("party", "kpi", "scopeitem", "resourceneed", "communicationrule", "contingency", "node"):
    ports.door_of(f"projects.{_label}", _sees_row, as_project=True)
ports.rights_table(_rights)
ports.on_desk("answer", desk.to_start, waits=desk.drafts)
ports.on_desk("answer", desk.to_appoint, waits=desk.without_liaison)
ports.on_desk("answer", desk.to_answer_needs, waits=desk.needs_asked)
ports.on_desk("answer", desk.to_answer_remarks, waits=desk.with_counters)
ports.gate_items(Project.State.PREPARATION, missing_in_preparation)
ports.plug_projects(
    ports.ProjectSocket(
        visible_ids=lambda user: Project.objects.visible_to(user).values("pk"),
        row=lambda pk: Project.objects.get(pk=pk),
        names=_names,
        steers=steering_heads,
        sees=sees_project,
        seen_by=lambda user, uids: dict(Project.objects.visible_to(user).filter(uid__in=list(uids)).values_list("pk", "uid")),
        who_sees=who_sees,
        roles=lambda user, project: standing(user, project).roles,
        own_roles=lambda user, project: standing(user, project).seats[user.pk].roles,
        pass_through=pass_through,
    )
)
