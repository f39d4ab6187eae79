"""A project as big as one wishes, made by bulk helpers with history and figures: for measuring pages and writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from common import clock, ranks
from documents.models import Document
from people.models import Department, User
from projects.models import Clause, Memorandum, Node, Participant, Party, Project
from tracking import figures
from tracking.models import Report, Task
from tracking.services import scan_evening

DEPARTMENTS = ("市场部", "研发部", "生产部", "销售部", "财务部")
PASSWORD = "collab-2026"
TOPS = 20
NODES = 8
REGIONS = ("华东", "华南", "华北", "西南", "东北")
WORKS = ("门店铺货", "样机测试", "物料备货", "经销商培训", "上架照片核对", "合同评审", "渠道走访", "包装打样")
STATES = (
    *(Task.State.NOT_STARTED,) * 3, *(Task.State.IN_PROGRESS,) * 4, Task.State.AWAITING_ACCEPTANCE, *(Task.State.DONE,) * 2,
)  # fmt: skip
SHARE = {Task.State.NOT_STARTED: (0, 0), Task.State.IN_PROGRESS: (10, 80), Task.State.AWAITING_ACCEPTANCE: (100, 0)}
_codes = count(1)


@dataclass(frozen=True)
class Big:
    """What was made: the project, its people (heads and liaisons first), the tops and the tasks below them."""

    project: Project
    people: list[User]
    tops: list[Task]
    tasks: list[Task]

    @property
    def head(self) -> User:
        """Who steers it: may do everything."""
        return self.people[0]

    @property
    def liaison(self) -> User:
        """The liaison of the steering department."""
        return self.people[1]


@transaction.atomic
def big_project(n_tasks: int = 1_000, people: int = 50, departments: Sequence[str] = DEPARTMENTS, tops: int = TOPS) -> Big:
    """A project in execution with `n_tasks` tasks that are reported on, under `tops` promised by a memorandum.

    Two of three are quantified; of ten, three have not begun, four run, one awaits acceptance, two are done; a fifth lags.
    About 2 s per 1,000 on PostgreSQL.
    """
    number = next(_codes)
    rows = _departments(departments)
    who = _people(rows, people, number)
    project = _project(rows, who, number)
    nodes = _nodes(project, rows)
    above = _tops(project, rows, who, nodes, tops)
    below = _tasks(project, rows, who, nodes, above, n_tasks)
    _reports(below)
    figures.refresh(project, {row.pk for row in above})
    scan_evening(project, figures.last_evening(project))
    return Big(project, who, above, below)


def _departments(names: Sequence[str]) -> list[Department]:
    known = {row.name: row for row in Department.objects.filter(name__in=names)}
    lacking = [Department(name=name, sort_key=name) for name in names if name not in known]
    known |= {row.name: row for row in bulk_create_with_history(lacking, Department, default_date=clock.now())}
    return [known[name] for name in names]


def _people(departments: list[Department], number_of: int, project: int) -> list[User]:
    """Head and liaison of each department in turn, then the others."""
    encoded = make_password(PASSWORD)
    made = [
        User(
            username=f"big{project}-{n}", password=encoded, name=f"成员{project}-{n}", sort_key=f"cy {n:04d}", title="专员",
            department=departments[(n // 2 if n < 2 * len(departments) else n) % len(departments)],
        )
        for n in range(max(number_of, 2 * len(departments)))
    ]  # fmt: skip
    return bulk_create_with_history(made, User, default_date=clock.now())


def _project(departments: list[Department], people: list[User], number: int) -> Project:
    lead, today = departments[0], clock.today("Asia/Shanghai")
    project = Project.objects.create(
        code=f"BIG{number}", name=f"大项目 {number}", state=Project.State.EXECUTION, initiating_dept=lead, lead_dept=lead,
        created_by=people[1], started_at=clock.now(), goal="一千项工作如期完成", starts_on=today - timedelta(40),
        ends_on=today + timedelta(80), scenario=Project.Scenario.NEW_PRODUCT,
    )  # fmt: skip
    parties = [
        Party(
            project=project, department=row, head=people[2 * n], liaison=people[2 * n + 1], order=n, accepted_at=clock.now(),
            duty="按计划交付",
        )
        for n, row in enumerate(departments)
    ]  # fmt: skip
    bulk_create_with_history(parties, Party, default_date=clock.now())
    Participant.objects.bulk_create(
        Participant(project=project, user=person, kind=Participant.Kind.ASSIGNEE) for person in people
    )
    return project


def _nodes(project: Project, departments: list[Department]) -> list[Node]:
    made = [
        Node(
            project=project, order=n, name=f"节点{n + 1}", department=departments[n % len(departments)], output="交付物",
            standard=["数量齐全", "照片清晰"], starts_on=project.starts_on, due_on=project.ends_on,
        )
        for n in range(NODES)
    ]  # fmt: skip
    return bulk_create_with_history(made, Node, default_date=clock.now())


def _tops(project: Project, departments: list[Department], people: list[User], nodes: list[Node], number: int) -> list[Task]:
    """What the memorandum in force promises: a clause and a task each."""
    memorandum = Memorandum.objects.create(project=project, number=f"{project.code}号")
    memorandum.document = Document.objects.create(
        kind="memorandum", project_id=project.pk, content_type=ContentType.objects.get_for_model(Memorandum),
        object_id=memorandum.pk, title="备忘录", snapshot={}, sha256="0" * 64, code=f"code-{project.code}",
        state=Document.State.COMPLETE, completed_at=clock.now(), finished_at=clock.now(),
    )  # fmt: skip
    memorandum.state, memorandum.in_force_at = Memorandum.State.IN_FORCE, clock.now()
    memorandum.save(update_fields=["document", "state", "in_force_at"])
    clauses = [
        Clause(
            memorandum=memorandum, order=n, number=f"2.{n + 1}", department=departments[n % len(departments)],
            text=f"第{n + 1}项承诺", deliverable="交付清单", due_on=project.ends_on, node=nodes[n % NODES],
        )
        for n in range(number)
    ]  # fmt: skip
    bulk_create_with_history(clauses, Clause, default_date=clock.now())
    made = [
        Task(
            project=project, clause=clause, title=clause.text, department=clause.department, node=clause.node,
            assignee=people[2 * (n % len(departments)) + 1], deliverable=clause.deliverable, standard="清单签字",
            starts_on=project.starts_on, due_on=project.ends_on, state=Task.State.IN_PROGRESS, started_at=clock.now(),
            confirmed_at=clock.now(), rank=ranks.fresh(),
        )
        for n, clause in enumerate(clauses)
    ]  # fmt: skip
    return bulk_create_with_history(made, Task, default_date=clock.now())


def _tasks(
    project: Project, departments: list[Department], people: list[User], nodes: list[Node], tops: list[Task], number: int
) -> list[Task]:
    now, today = clock.now(), project.today
    made = [_task(n, project, departments, people, nodes, tops[n % len(tops)], now, today) for n in range(number)]
    return bulk_create_with_history(made, Task, batch_size=1_000, default_date=now)


def _task(
    n: int,
    project: Project,
    departments: list[Department],
    people: list[User],
    nodes: list[Node],
    top: Task,
    now: datetime,
    today: date,
) -> Task:
    """The n-th task: all that differs between tasks follows from n."""
    state = STATES[(n * 7 + n // 10) % 10]
    starts, target = today - timedelta(n * 5 % 30), Decimal(20 + n * 3 % 80) if n % 3 else None
    due = starts + timedelta(20 + n * 11 % 40) if state != Task.State.DONE else today - timedelta(n % 9)
    low, spread = SHARE.get(state, (100, 0))
    share = low + (n * 13 % spread if spread else 0)
    done = (target * share // 100 if target else Decimal(share)).quantize(Decimal(1))
    begun = state != Task.State.NOT_STARTED
    title = f"{REGIONS[n % 5]}{WORKS[n // 5 % 8]} {n + 1}"
    return Task(
        project=project, parent=top, root=top, level=1, rank=ranks.fresh(), node=nodes[n % NODES], title=title, state=state,
        department=departments[n % len(departments)], assignee=people[n % len(people)], starts_on=min(starts, due), due_on=due,
        deliverable="签收单", standard="数量齐全", target=target, unit="家" if target else "", done=done, created_at=now,
        confirmed_at=now, reported_at=now - timedelta(days=n % 6) if begun else None, started_at=now if begun else None,
        finished_at=now if state == Task.State.DONE else None,
    )  # fmt: skip


def _reports(tasks: list[Task]) -> None:
    """One report for each task that has begun."""
    Report.objects.bulk_create(_said(tasks), batch_size=1_000)


def _said(tasks: list[Task]) -> Iterator[Report]:
    for row in tasks:
        if row.reported_at is not None and row.assignee is not None:
            yield Report(
                task=row, reporter=row.assignee, done=row.done, before=Decimal(0), task_version=row.version, at=row.reported_at
            )
