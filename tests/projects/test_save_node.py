"""Nodes of the flow: no way back, and what looks wrong is pointed out (rule B4)."""

from datetime import date

import pytest

from common.refusals import Refused
from people.models import User
from projects.models import Node, NodeDependency, Project
from projects.queries.flow import needs_by_node, point_out
from projects.services.goal import remove_row, save_kpi
from projects.services.nodes import save_node
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(people: dict[str, User]) -> Project:
    return build.started(people)


@pytest.fixture
def nodes(people: dict[str, User], project: Project) -> dict[str, Node]:
    return build.add_nodes(project, people["林书瑶"])


def pointed(project: Project, node: Node) -> list[str]:
    rows = list(project.nodes.prefetch_related("inputs__sources"))
    return point_out(rows, needs_by_node(project)).get(node.pk, [])


def test_a_cycle_is_refused_and_named(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    with pytest.raises(Refused) as refusal:
        save_node(actor=people["林书瑶"], project_uid=project.uid, row_uid=nodes["N1"].uid, needs=[nodes["N2"]])
    assert "需求确认 → 方案设计 → 需求确认" in str(refusal.value)
    assert refusal.value.field == "needs"
    assert NodeDependency.objects.count() == 4


def test_a_long_cycle_is_named_whole(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    with pytest.raises(Refused) as refusal:
        save_node(actor=people["林书瑶"], project_uid=project.uid, row_uid=nodes["N2"].uid, needs=[nodes["N1"], nodes["N5"]])
    assert "方案设计 → 开发测试 → 生产备货 → 市场推广 → 方案设计" in str(refusal.value)


def test_a_node_never_needs_itself(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    with pytest.raises(Refused) as refusal:
        save_node(actor=people["林书瑶"], project_uid=project.uid, row_uid=nodes["N3"].uid, needs=[nodes["N3"]])
    assert "开发测试 → 开发测试" in str(refusal.value)


def test_the_sample_flow_has_nothing_to_point_out(project: Project, nodes: dict[str, Node]) -> None:
    assert not any(pointed(project, node) for node in nodes.values())


def test_an_input_from_nowhere_is_pointed_out(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    inputs = [{"text": "样机"}]
    node = save_node(actor=people["林书瑶"], project_uid=project.uid, row_uid=nodes["N4"].uid, inputs=inputs)
    assert "样机" in " ".join(pointed(project, node))


def test_an_input_from_no_predecessor_is_pointed_out(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    inputs = [{"text": "上架照片", "sources": [nodes["N5"]]}]
    node = save_node(actor=people["林书瑶"], project_uid=project.uid, row_uid=nodes["N3"].uid, inputs=inputs)
    assert "市场推广" in " ".join(pointed(project, node))


def test_an_input_from_further_back_is_fine(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    inputs = [{"text": "市场需求文档", "sources": [nodes["N1"]]}]
    node = save_node(actor=people["林书瑶"], project_uid=project.uid, row_uid=nodes["N5"].uid, inputs=inputs)
    assert pointed(project, node) == []


def test_a_date_before_a_predecessors_is_pointed_out(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    node = save_node(actor=people["林书瑶"], project_uid=project.uid, row_uid=nodes["N4"].uid, due_on=date(2026, 6, 1))
    assert "开发测试" in " ".join(pointed(project, node))


def test_it_does_not_end_before_it_begins(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    with pytest.raises(Refused) as refusal:
        save_node(actor=people["林书瑶"], project_uid=project.uid, row_uid=nodes["N1"].uid, starts_on=date(2026, 5, 1))
    assert refusal.value.field == "due_on"


def test_saving_the_same_again_leaves_no_trace(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    node = nodes["N2"]
    inputs = [{"text": "市场需求文档", "external": False, "sources": [nodes["N1"]]}]
    again = save_node(
        actor=people["林书瑶"], project_uid=project.uid, row_uid=node.uid, name=node.name, needs=[nodes["N1"]], inputs=inputs
    )
    assert (again.version, again.history.count()) == (1, 1)


def test_a_node_that_a_key_result_counts_from_stays(people: dict[str, User], project: Project, nodes: dict[str, Node]) -> None:
    save_kpi(actor=people["林书瑶"], project_uid=project.uid, name="推广物料", said="提前10天", relative_to=nodes["N5"])
    with pytest.raises(Refused) as refusal:
        remove_row(actor=people["林书瑶"], project_uid=project.uid, kind="node", row_uid=nodes["N5"].uid)
    assert "推广物料" in str(refusal.value)


def test_nodes_of_another_project_are_out_of_reach(people: dict[str, User], nodes: dict[str, Node]) -> None:
    other = build.started(people)
    with pytest.raises(Refused):
        save_node(
            actor=people["林书瑶"], project_uid=other.uid, name="外来", department=nodes["N1"].department, needs=[nodes["N1"]]
        )
