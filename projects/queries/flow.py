"""The flow as a graph: cycles, predecessors, and what looks wrong in it (rule B4)."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from projects.models import Node, NodeDependency, Project


def needs_by_node(project: Project) -> dict[int, set[int]]:
    """For each node the nodes directly before it."""
    found: dict[int, set[int]] = defaultdict(set)
    for node, needs in NodeDependency.objects.filter(node__project=project).values_list("node", "needs"):
        found[node].add(needs)
    return found


def find_cycle(project: Project, node: Node, needs: Iterable[Node]) -> list[Node]:
    """The circle that would arise if `node` needed these, in the direction of the flow, first node repeated; [] if none."""
    before = needs_by_node(project)
    for other in needs:
        way = [node.pk] if other.pk == node.pk else _way_back(before, other.pk, node.pk)
        if way:
            rows = project.nodes.in_bulk(way)
            return [rows[pk] for pk in [*way, node.pk]]
    return []


def _way_back(before: dict[int, set[int]], start: int, goal: int) -> list[int]:
    """The way goal → … → start along the flow, found backwards from start; [] if there is none."""
    came: dict[int, int] = {}
    waiting = [start]
    while waiting:
        here = waiting.pop(0)
        for previous in sorted(before.get(here, ())):
            if previous in came:
                continue
            came[previous] = here
            if previous == goal:
                way = [goal]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way
            waiting.append(previous)
    return []


def all_before(before: dict[int, set[int]], node: int) -> set[int]:
    """Every node that comes somewhere before this one."""
    seen: set[int] = set()
    waiting = list(before.get(node, ()))
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting.extend(before.get(here, ()))
    return seen


def ordered(nodes: list[Node], before: dict[int, set[int]]) -> list[Node]:
    """Nodes by how deep they stand in the flow, then by their own order."""
    rank: dict[int, int] = {}

    def depth(pk: int) -> int:
        if pk not in rank:
            rank[pk] = 0
            rank[pk] = 1 + max((depth(other) for other in before.get(pk, ())), default=-1)
        return rank[pk]

    return sorted(nodes, key=lambda node: (depth(node.pk), node.order, node.pk))


def point_out(nodes: list[Node], before: dict[int, set[int]]) -> dict[int, list[str]]:
    """Per node what looks wrong: an input from nowhere or from no predecessor, a date before a predecessor's."""
    by_pk = {node.pk: node for node in nodes}
    found: dict[int, list[str]] = defaultdict(list)
    for node in nodes:
        earlier = all_before(before, node.pk)
        for said in node.inputs.all():
            sources = list(said.sources.all())
            if not sources and not said.external:
                found[node.pk].append(_("“%s” names neither a node nor an outside source.") % said.text)
            for source in sources:
                if source.pk not in earlier:
                    found[node.pk].append(
                        _("“%(input)s” comes from “%(node)s”, which does not come before this node.")
                        % {"input": said.text, "node": source.name}
                    )
        found[node.pk] += [_early(node, by_pk[pk]) for pk in sorted(before.get(node.pk, ())) if _is_early(node, by_pk[pk])]
    return found


def _is_early(node: Node, previous: Node) -> bool:
    if previous.due_on is None:
        return False
    return (node.due_on is not None and node.due_on < previous.due_on) or (
        node.starts_on is not None and node.starts_on < previous.due_on
    )


def _early(node: Node, previous: Node) -> str:
    if node.due_on is not None and previous.due_on is not None and node.due_on < previous.due_on:
        return _("It is due before “%s”, on which it depends.") % previous.name
    return _("It begins before “%s” is due, on which it depends.") % previous.name
