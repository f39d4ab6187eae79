"""Step 1 as the sample tells it: drafted, started, departments and goal, the flow, what it needs."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from collab.samples.files import KpiLine, PartyLine
from collab.samples.story import Story, spoken, step
from lifecycle.services import pass_gate as leave_phase
from people.models import User
from projects.models import Project
from projects.services.asking import answer_resource
from projects.services.goal import save_communication, save_contingency, save_kpi, save_resource, save_scope_item
from projects.services.nodes import save_node
from projects.services.parties import appoint_liaison, invite_department
from projects.services.project import draft_project, edit_project, start_project

RESOURCES = {"人员": "people", "物资": "goods", "资金": "money", "设备": "equipment"}
ANSWERS = {"approved": "agreed"}
TEN_THOUSAND = 10_000


@step
def draft(story: Story, actor: User) -> None:
    """A liaison drafts the project; from now on it is marked as a sample."""
    said = story.sample.project
    project = draft_project(
        actor=actor,
        name=said["name"],
        code=said["code"],
        scenario=said["scenario"],
        initiating_dept=story.departments[said["initiating_dept"]],
        lead_dept=story.departments[said["lead_dept"]],
    )
    project.is_sample = True
    project.save(update_fields=["is_sample"])
    story.project_id, story.uid = project.pk, project.uid


@step
def goal(story: Story, actor: User) -> None:
    """Goal, period, basis, key results and scope."""
    said, project = story.sample.project, story.project
    edit_project(
        actor=actor,
        project_uid=story.uid,
        seen_version=project.version,
        background=_background(story),
        goal=said["goal"],
        starts_on=story.sample.start,
        ends_on=story.sample.end,
        threshold=100 * said["deviation_threshold_pct"],
        progress_basis=Project.Basis(said["progress_basis"]),
    )
    for kpi in story.sample.kpis:
        save_kpi(actor=actor, project_uid=story.uid, department=story.departments[kpi.dept], **_measured(kpi))
    for row in said["out_of_scope"]:
        keeper = story.departments[row["owner_dept"]]
        save_scope_item(actor=actor, project_uid=story.uid, is_in=False, text=row["item"], keeper=keeper)


def _background(story: Story) -> str:
    """Why it takes several departments: what each of them brings."""
    parts = "；".join(f"{party.name}{party.duty}" for party in story.sample.departments)
    return f"{story.sample.project['name']}需要{len(story.sample.departments)}个部门共同推进：{parts}。"


def _measured(kpi: KpiLine) -> dict[str, Any]:
    """How a key result is measured, its target as people say it: 500万元, 6月30日前."""
    if kpi.target_date:
        return {"name": kpi.name, "kind": "date", "said": f"{spoken(kpi.target_date)}前", "due_on": kpi.target_date}
    kind = "on_time" if kpi.is_fed else "number"
    said = {"said": _amount(kpi.target or Decimal(0), kpi.unit), "unit": kpi.unit, "direction": kpi.direction}
    return {"name": kpi.name, "kind": kind, "due_on": kpi.due, **said}


def _amount(number: Decimal, unit: str) -> str:
    whole, rest = divmod(number, TEN_THOUSAND)
    return f"{whole:f}万{unit}" if whole and not rest else f"{number:f}{unit}"


@step
def start(story: Story, actor: User) -> None:
    """The head of the initiating department starts it."""
    start_project(actor=actor, project_uid=story.uid)


@step
def invite(story: Story, actor: User, party: PartyLine) -> None:
    """A department is asked to take part."""
    department = story.departments[party.name]
    if not story.project.parties.filter(department=department).exists():
        invite_department(actor=actor, project_uid=story.uid, department=department, duty=party.duty)


@step
def appoint(story: Story, actor: User, party: PartyLine) -> None:
    """Its head accepts and names the liaison, who decides or says who does."""
    row = story.project.parties.get(department=story.departments[party.name])
    authority = story.authority.get(party.liaison, {"decides": True})
    asks = authority.get("asks")
    appoint_liaison(
        actor=actor,
        party_uid=row.uid,
        liaison=story.people[party.liaison],
        duty=party.duty,
        liaison_decides=authority["decides"],
        asks=story.people[asks] if asks else None,
        within_hours=authority.get("within_hours"),
    )


@step
def flow(story: Story, actor: User) -> None:
    """The nodes with what they need and deliver, as sketched in the preliminary meeting."""
    for node in story.sample.nodes:
        inputs: list[Mapping[str, Any]] = [
            {
                "text": said["text"],
                "external": said.get("external", False),
                "sources": [story.nodes[source] for source in said.get("from", [])],
            }
            for said in node.inputs
        ]
        story.nodes[node.id] = save_node(
            actor=actor,
            project_uid=story.uid,
            name=node.name,
            department=story.departments[node.dept],
            due_on=node.due,
            output=node.output,
            standard=node.delivery_standard,
            inputs=inputs,
            needs=[story.nodes[before] for before in node.depends_on],
        )


@step
def needs(story: Story, actor: User) -> None:
    """Resources, communication mechanism, and the contingency plans of the risks one foresees."""
    for row in story.sample.resources:
        save_resource(
            actor=actor,
            project_uid=story.uid,
            kind=RESOURCES[row["type"]],
            spec=row["spec"],
            quantity=Decimal(row["qty"]),
            unit=row["unit"],
            for_dept=story.departments[row["for_dept"]],
            from_dept=story.departments[row["from_dept"]],
            starts_on=row["from"],
            ends_on=row["to"],
            purpose=row["purpose"],
        )
    for cadence, channel, template in (
        ("每周一 10:00", "周例会", "上周进展、本周计划、需协调事项"),
        ("每月最后一个工作日", "月度复盘会", "关键成果、偏差、下月计划"),
    ):
        save_communication(actor=actor, project_uid=story.uid, cadence=cadence, channel=channel, template=template)
    for row in story.sample.later["risks"]:
        save_contingency(
            actor=actor,
            project_uid=story.uid,
            trigger=row["title"],
            action=row["contingency"],
            owner=story.people[row["owner"]],
        )


@step
def answer_need(story: Story, actor: User, row: dict[str, Any]) -> None:
    """The department that is asked says what the file says."""
    need = story.project.resources.get(spec=row["spec"])
    answer_resource(
        actor=actor, project_uid=story.uid, need_uid=need.uid, state=ANSWERS[row["status"]], seen_version=need.version
    )


@step
def pass_gate(story: Story, actor: User) -> None:
    """Preparation is over."""
    leave_phase(actor=actor, project_uid=story.uid)
