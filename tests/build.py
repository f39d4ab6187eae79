"""Projects in a given stage, made through the services from the shipped launch sample, for the tests of every floor."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from collab.samples.people import read
from common import clock
from people.models import Department, User
from projects.models import Node, Project
from projects.services.goal import save_communication, save_contingency, save_kpi, save_resource, save_scope_item
from projects.services.nodes import save_node
from projects.services.parties import appoint_liaison, invite_department
from projects.services.project import draft_project, edit_project, start_project
from tests.memory import remembered

People = dict[str, User]
LAUNCH_BEGINS = datetime(2026, 4, 8, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


@cache
def launch() -> Any:
    """The launch sample as written; read once, changed by nobody."""
    return read("new-product-launch")


def departments() -> dict[str, Department]:
    """The sample's departments by name."""
    return {row.name: row for row in Department.objects.select_related("head")}


@remembered
def draft(people: People, **fields: Any) -> Project:
    """A draft of 市场部 by its liaison 周以宁, with nothing in it but its name."""
    said = {"name": "新品上市", "scenario": "new_product"} | fields
    return draft_project(actor=people["周以宁"], initiating_dept=departments()["市场部"], **said)


@remembered
def started(people: People, **fields: Any) -> Project:
    """The draft, started by 林书瑶, with goal, background and period of the launch."""
    project = draft(people)
    start_project(actor=people["林书瑶"], project_uid=project.uid)
    period = launch()["project"]["period"]
    said = {
        "goal": launch()["project"]["goal"],
        "background": "A产品是全年增长的关键,需五个部门协同上市。",
        "starts_on": period["start"],
        "ends_on": period["end"],
        "progress_basis": "calendar_days",
    } | fields
    return edit_project(actor=people["林书瑶"], project_uid=project.uid, seen_version=None, **said)


@cache
def _authority() -> Any:
    return read("people")["liaison_authority"]


@remembered
def with_departments(people: People, **fields: Any) -> Project:
    """Five departments take part, each with its liaison."""
    project = started(people, **fields)
    known = departments()
    authority = _authority()
    for row in launch()["departments"]:
        department = known[row["name"]]
        if row["name"] == "市场部":
            party = project.parties.get(department=department)
        else:
            party = invite_department(actor=people["林书瑶"], project_uid=project.uid, department=department, duty=row["duty"])
        decides = authority.get(row["liaison"], {"decides": True})
        appoint_liaison(
            actor=people[row["head"]],
            party_uid=party.uid,
            liaison=people[row["liaison"]],
            duty=row["duty"],
            liaison_decides=decides["decides"],
            asks=people.get(decides.get("asks", "")),
            within_hours=decides.get("within_hours"),
        )
    return project


def with_liaison(people: People, project: Project) -> Project:
    """市场部 has its liaison 周以宁."""
    party = project.parties.get(department=project.initiating_dept)
    appoint_liaison(actor=people["林书瑶"], party_uid=party.uid, liaison=people["周以宁"])
    return project


def add_nodes(project: Project, actor: User) -> dict[str, Node]:
    """The launch's five nodes, by the sample's own ids."""
    known = departments()
    nodes: dict[str, Node] = {}
    for row in launch()["nodes"]:
        nodes[row["id"]] = save_node(
            actor=actor,
            project_uid=project.uid,
            name=row["name"],
            department=known[row["dept"]],
            due_on=row["due"],
            output=row["output"],
            standard=row.get("delivery_standard", []),
            inputs=[
                {
                    "text": said["text"],
                    "external": said.get("external", False),
                    "sources": [nodes[i] for i in said.get("from", [])],
                }
                for said in row["inputs"]
            ],
            needs=[nodes[i] for i in row["depends_on"]],
        )
    return nodes


@remembered
def prepared(people: People, **fields: Any) -> Project:
    """Everything that the gate to the kickoff asks for."""
    project = with_departments(people, **fields)
    actor, known = people["林书瑶"], departments()
    add_nodes(project, actor)
    for row in launch()["kpis"]:
        save_kpi(
            actor=actor,
            project_uid=project.uid,
            name=row["name"],
            kind="number" if "target" in row else "date",
            department=known[row["dept"]],
            **{name: row[name] for name in ("target", "unit", "target_date") if name in row},
            due_on=row.get("due", row.get("target_date")),
        )
    save_scope_item(actor=actor, project_uid=project.uid, is_in=True, text="A产品从需求到上架的全过程")
    save_scope_item(actor=actor, project_uid=project.uid, is_in=False, text="产品上市后的售后培训", keeper=known["售后部"])
    save_resource(
        actor=actor,
        project_uid=project.uid,
        kind="people",
        spec="操作工",
        quantity=2,
        unit="名",
        for_dept=known["市场部"],
        from_dept=known["生产部"],
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 7, 15),
        purpose="支持加班生产",
    )
    save_communication(
        actor=actor, project_uid=project.uid, cadence="每周一 10:00", channel="周例会", template="上周进展、本周计划"
    )
    save_contingency(
        actor=actor, project_uid=project.uid, trigger="核心供应商停供", action="启用备选供应商", owner=people["贺立川"]
    )
    project.refresh_from_db()
    return project


def launch_time() -> Any:
    """`with launch_time():` is the morning on which the launch begins."""
    return clock.at(LAUNCH_BEGINS)
