"""The nodes of the flow: what they need, what they deliver, on which they depend (rule B4)."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from common.acts import act
from common.ports import record
from common.refusals import Refused
from people.models import User
from projects.access import Act, project_for
from projects.models import Node, NodeDependency, NodeInput, Project
from projects.queries.flow import find_cycle
from projects.services.rows import changed, check_known, check_version, check_window, row_of

FIELDS = {"name", "department", "starts_on", "due_on", "output", "standard", "is_key", "order"}


@act
def save_node(
    *,
    actor: User,
    project_uid: UUID,
    row_uid: UUID | None = None,
    seen_version: int | None = None,
    inputs: list[Mapping[str, Any]] | None = None,
    needs: Iterable[Node] | None = None,
    **fields: Any,
) -> Node:
    """Add or change a node with its inputs and predecessors; a dependency that closes a cycle is refused and the cycle named."""
    check_known(fields, FIELDS)
    project = project_for(actor, project_uid, Act.EDIT_NODES, lock=True)
    node = row_of(Node, project, row_uid) if row_uid else Node(project=project, order=project.nodes.count())
    wanted = list(needs) if needs is not None else None
    if row_uid:
        check_version(node, seen_version, {**fields, "needs": wanted, "inputs": inputs})
    check_window(fields.get("starts_on", node.starts_on), fields.get("due_on", node.due_on), field="due_on")
    if wanted is not None:
        _check_needs(project, node, wanted, str(fields.get("name", node.name)))
    names = changed(node, fields)
    if row_uid is None:
        node.save()
    touched = (wanted is not None and _set_needs(node, wanted)) | (inputs is not None and _set_inputs(project, node, inputs))
    if row_uid:
        if not names and not touched:
            return node
        node.bump(*names)
    facts = {"fields": names} if row_uid else {}
    record(actor=actor, verb=f"node.{'edited' if row_uid else 'added'}", subject=node, project=project, facts=facts)
    return node


def _check_needs(project: Project, node: Node, needs: list[Node], name: str) -> None:
    """Predecessors are nodes of this project, and the flow has no way back."""
    if any(other.project_id != project.pk for other in needs):
        raise Refused(_("This node belongs to another project."), field="needs", code="foreign")
    if node.pk is None:
        return
    cycle = find_cycle(project, node, needs)
    if cycle:
        names = " → ".join(name if other.pk == node.pk else other.name for other in cycle)
        raise Refused(_("This would go round in a circle: %s.") % names, field="needs", code="cycle")


def _set_needs(node: Node, needs: list[Node]) -> bool:
    """Make the predecessors exactly these; tells whether anything changed."""
    wanted = {other.pk for other in needs}
    have = {row.needs_id: row for row in node.dependencies.all()}
    for pk, row in have.items():
        if pk not in wanted:
            row.delete()
    for pk in wanted - have.keys():
        NodeDependency.objects.create(node=node, needs_id=pk)
    return wanted != have.keys()


def _set_inputs(project: Project, node: Node, inputs: list[Mapping[str, Any]]) -> bool:
    """Make the inputs exactly these, in this order; tells whether anything changed."""
    have = list(node.inputs.prefetch_related("sources"))
    touched = len(have) != len(inputs)
    for order, said in enumerate(inputs):
        check_known(said, {"text", "external", "sources"})
        sources = list(said.get("sources") or [])
        if any(other.project_id != project.pk for other in sources):
            raise Refused(_("This node belongs to another project."), field="inputs", code="foreign")
        row = have[order] if order < len(have) else NodeInput(node=node)
        names = changed(row, {"text": said["text"], "external": bool(said.get("external")), "order": order})
        if row.pk is None or names:
            row.save()
            touched = True
        if {other.pk for other in sources} != {other.pk for other in row.sources.all()}:
            row.sources.set(sources)
            touched = True
    for row in have[len(inputs) :]:
        row.delete()
    return touched
