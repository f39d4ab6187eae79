"""What the goal page shows, each part read once and only when it is shown."""

from functools import cached_property

from common.vague import vague_words
from people.models import User
from projects.access import RULES, Act, standing
from projects.models import (
    CommunicationRule,
    Contingency,
    GateGap,
    Kpi,
    Node,
    Participant,
    Party,
    Project,
    ResourceNeed,
    ScopeItem,
)
from projects.queries.flow import needs_by_node, ordered, point_out


class GoalPage:
    """The parts of step 1 of one project, and what this person may do with them."""

    def __init__(self, project: Project, user: User) -> None:
        self.project = project
        self.user = user
        self.stands = standing(user, project)

    def _may(self, act: Act) -> bool:
        return not self.project.is_frozen and self.stands.may(RULES, act)

    @cached_property
    def may_edit(self) -> bool:
        return self._may(Act.EDIT_GOAL)

    @cached_property
    def may_edit_nodes(self) -> bool:
        return self._may(Act.EDIT_NODES)

    @cached_property
    def may_invite(self) -> bool:
        return self._may(Act.INVITE) and not self.project.is_draft

    @cached_property
    def may_start(self) -> bool:
        return self.project.is_draft and self._may(Act.PASS_GATE)

    @cached_property
    def may_hide(self) -> bool:
        return self._may(Act.SET_CONFIDENTIAL)

    @cached_property
    def may_enter(self) -> set[int]:
        """Departments whose key results this person may report."""
        if self.project.is_frozen:
            return set()
        departments = {kpi.department_id for kpi in self.kpis if kpi.department_id}
        return {pk for pk in departments if self.stands.may(RULES, Act.ENTER_ACTUAL, department=pk)}

    @cached_property
    def parties(self) -> list[Party]:
        rows = self.project.parties.select_related("department", "head__department", "liaison__department", "asks__department")
        found = list(rows)
        for party in found:
            own = party.department_id in self.stands.departments
            party.may_appoint = own and self._may(Act.APPOINT_LIAISON)  # type: ignore[attr-defined]
        return found

    @cached_property
    def kpis(self) -> list[Kpi]:
        found = list(self.project.kpis.select_related("department", "relative_to"))
        for kpi in found:
            kpi.vague = vague_words(f"{kpi.name} {kpi.said}")  # type: ignore[attr-defined]
        return found

    @cached_property
    def scope(self) -> list[ScopeItem]:
        return list(self.project.scope.select_related("keeper"))

    @cached_property
    def resources(self) -> list[ResourceNeed]:
        found = list(self.project.resources.select_related("for_dept", "from_dept"))
        inside = {party.department_id for party in self.parties}
        for row in found:
            row.from_nobody = row.from_dept_id not in inside  # type: ignore[attr-defined]
        return found

    @cached_property
    def nodes(self) -> list[Node]:
        rows = self.project.nodes.select_related("department").prefetch_related("inputs__sources")
        before = needs_by_node(self.project)
        found = ordered(list(rows), before)
        names = {node.pk: node.name for node in found}
        pointed = point_out(found, before)
        for node in found:
            node.comes_after = [names[pk] for pk in sorted(before.get(node.pk, ()))]  # type: ignore[attr-defined]
            node.pointed = pointed.get(node.pk, [])  # type: ignore[attr-defined]
            node.vague = vague_words(" ".join(node.standard))  # type: ignore[attr-defined]
        return found

    @cached_property
    def communication(self) -> list[CommunicationRule]:
        return list(self.project.communication.all())

    @cached_property
    def contingencies(self) -> list[Contingency]:
        return list(self.project.contingencies.select_related("owner__department"))

    @cached_property
    def viewers(self) -> list[Participant]:
        return list(self.project.participants.filter(kind=Participant.Kind.VIEWER).select_related("user__department"))

    @cached_property
    def gaps(self) -> list[GateGap]:
        return list(self.project.gaps.select_related("passed_by").order_by("pk"))
