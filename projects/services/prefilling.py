"""The memorandum writes itself: each node that puts something out is a promise of its department (rule C5)."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from common import clock
from projects.models import Clause, Memorandum, Node, Project
from projects.services.numbering import SECTION

_COUNTED = re.compile(
    r"(\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d{1,2})?)\s*(万)?\s*(台|家|件|套|份|个|名|批|张|箱|条|场|次|人|吨|页|元)"
)


def prefill(memorandum: Memorandum) -> list[Clause]:
    """One clause per node of a department that takes part and puts something out; inside the act that drafts the memorandum."""
    project = memorandum.project
    nodes = list(project.nodes.select_related("department").prefetch_related("dependents__node__department"))
    places = dict(project.parties.values_list("department_id", "order"))
    rows = [clause_of_node(memorandum, node) for node in nodes if node.output.strip() and node.department_id in places]
    rows.sort(key=lambda row: (places[row.department_id], row.department_id))  # stable: nodes stay in order
    for place, row in enumerate(rows, 1):
        row.order, row.number = place, f"{SECTION}.{place}"
    return bulk_create_with_history(rows, Clause, default_date=clock.now())


def clause_of_node(memorandum: Memorandum, node: Node) -> Clause:
    """What a node promises, as a clause not saved yet: its output, by its date, by its standard, to who builds on it."""
    quantity, unit = counted(node.output)
    return Clause(
        memorandum=memorandum,
        department=node.department,
        text=(_("%(node)s: deliver %(output)s") % {"node": node.name, "output": node.output})[:200],
        deliverable=node.output,
        standard="；".join(node.standard)[:200],
        quantity=quantity,
        unit=unit,
        starts_on=node.starts_on,
        due_on=node.due_on,
        handed_to_id=_receiver(memorandum.project, node),
        node=node,
    )


def _receiver(project: Project, node: Node) -> int | None:
    """The department whose node builds on it; else the lead, else the initiating one; never itself."""
    builds_on = [row.node.department_id for row in node.dependents.all()]
    known = [*builds_on, project.lead_dept_id, project.initiating_dept_id]
    return next((pk for pk in known if pk != node.department_id), None)


def counted(output: str) -> tuple[Decimal | None, str]:
    """成品10000台 → 10000, 台; nothing where nothing is counted, or more than one thing is."""
    found = _COUNTED.findall(output)
    if len(found) != 1:
        return None, ""
    number, times, unit = found[0]
    return Decimal(number.replace(",", "")) * (10_000 if times else 1), unit
