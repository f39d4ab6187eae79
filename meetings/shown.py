"""The project's own data that stands under a topic of the agenda (rule C1), as plain rows for page and snapshot alike."""

from collections.abc import Callable
from typing import Any

from meetings.models import AgendaItem
from projects.models import Project

Shows = AgendaItem.Shows


def data_for(project: Project, kinds: set[str]) -> dict[str, dict[str, Any]]:
    """What each kind of topic shows, by kind; a bounded number of queries."""
    return {kind: READERS[kind](project) for kind in kinds if kind in READERS}


def key_results(project: Project) -> list[dict[str, Any]]:
    """The key results, target and actual."""
    return [
        {
            "name": kpi.name,
            "department": kpi.department.name if kpi.department else "",
            "target": kpi.said or _target(kpi),
            "direction": kpi.direction,
            "due_on": kpi.due_on,
            "actual": kpi.actual if kpi.actual is not None else kpi.actual_date,
            "unit": kpi.unit,
        }
        for kpi in project.kpis.select_related("department", "relative_to")
    ]


def _goal(project: Project) -> dict[str, Any]:
    scope = [
        {"text": item.text, "is_in": item.is_in, "keeper": item.keeper.name if item.keeper else ""}
        for item in project.scope.select_related("keeper")
    ]
    return {
        "background": project.background,
        "goal": project.goal,
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "kpis": key_results(project),
        "scope": scope,
    }


def _target(kpi: Any) -> Any:
    """The target as a value: a number, a date, or days beside a node."""
    if kpi.kind == "date":
        return kpi.target_date
    if kpi.kind == "relative":
        return {"days": kpi.relative_days, "node": str(kpi.relative_to or "")}
    return kpi.target


def _duties(project: Project) -> dict[str, Any]:
    return {
        "parties": [
            {
                "department": party.department.name,
                "head": party.head.name,
                "liaison": party.liaison.name if party.liaison else "",
                "duty": party.duty,
            }
            for party in project.parties.select_related("department", "head", "liaison")
        ]
    }


def _flow(project: Project) -> dict[str, Any]:
    return {
        "nodes": [
            {
                "name": node.name,
                "department": node.department.name,
                "starts_on": node.starts_on,
                "due_on": node.due_on,
                "output": node.output,
                "standard": list(node.standard),
                "inputs": [row.text for row in node.inputs.all()],
                "needs": [need.name for need in node.needs.all()],
            }
            for node in project.nodes.select_related("department").prefetch_related("inputs", "needs")
        ]
    }


def _communication(project: Project) -> dict[str, Any]:
    return {
        "rules": [
            {"cadence": row.cadence, "channel": row.channel, "template": row.template} for row in project.communication.all()
        ],
        "plans": [
            {"trigger": row.trigger, "action": row.action, "owner": row.owner.name}
            for row in project.contingencies.select_related("owner")
        ],
    }


READERS: dict[str, Callable[[Project], dict[str, Any]]] = {
    Shows.GOAL: _goal,
    Shows.DUTIES: _duties,
    Shows.FLOW: _flow,
    Shows.COMMUNICATION: _communication,
}
