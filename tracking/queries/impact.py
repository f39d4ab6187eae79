"""What a change of promises hits, computed: clauses, tasks, nodes, KPIs, departments and workdays, signatures (rule C9).

What ends later pushes what comes after it by as many workdays, less the room between the two.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from people.calendar import running_days
from projects.models import Clause, Kpi, Memorandum, Node, NodeDependency, Party, Project
from projects.terms import DEPARTMENTS, Kept, keep
from tracking.models import Task, TaskDependency

CountDays = Callable[[date, date], int]


class Wish(NamedTuple):
    """What is to change of one clause (none: a new one, or a task's date alone); `after` are values by field."""

    kind: str
    clause: Clause | None
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Hit:
    """One thing that a change hits: what it is called, whose it is, from when to when, by how many workdays."""

    name: str
    department: str = ""
    workdays: int = 0
    number: str = ""
    before: date | None = None
    after: date | None = None
    is_key: bool = False


@dataclass
class Impact:
    """All that a change hits; `signatures` are the heads whose signature it needs."""

    clauses: list[Hit] = field(default_factory=list)
    tasks: list[Hit] = field(default_factory=list)
    nodes: list[Hit] = field(default_factory=list)
    kpis: list[Hit] = field(default_factory=list)
    departments: list[Hit] = field(default_factory=list)
    signatures: list[Hit] = field(default_factory=list)

    @property
    def workdays(self) -> int:
        """By how many workdays the farthest date moves."""
        return max((hit.workdays for hit in (*self.clauses, *self.nodes)), default=0)

    @property
    def key_nodes(self) -> list[Hit]:
        return [hit for hit in self.nodes if hit.is_key]

    def kept(self) -> Kept:
        """As a request keeps it."""
        return {name: [keep(row) for row in rows] for name, rows in asdict(self).items()} | {"workdays": self.workdays}


class Point(NamedTuple):
    """A node or task as the spreading sees it."""

    starts_on: date | None
    due_on: date | None


def spread(
    first: Mapping[int, int], after: Mapping[int, list[int]], points: Mapping[int, Point], days: CountDays
) -> dict[int, int]:
    """By how many workdays each is pushed: the room between an end and the next beginning swallows some of them."""
    pushed = dict(first)
    waiting = list(first)
    while waiting:
        key = waiting.pop()
        for following in after.get(key, []):
            push = pushed[key] - _room(points[key], points[following], days)
            if push > pushed.get(following, 0):
                pushed[following] = push
                waiting.append(following)
    return pushed


def _room(before: Point, following: Point, days: CountDays) -> int:
    """The workdays between an end and the beginning that waits for it; none where the beginning is not planned."""
    if before.due_on is None or following.starts_on is None:
        return 0
    return max(0, days(before.due_on, following.starts_on) - 1)


class Scene:
    """What of a project a change can hit, read at once: a fixed number of queries however much is changed.

    `signed_at`: nodes and KPIs as they stood then, whatever was edited or taken out of the plan since.
    """

    def __init__(self, project: Project, *, signed_at: datetime | None = None) -> None:
        self.project = project
        self.parties = list(Party.objects.filter(project=project).select_related("department", "head"))
        self.names = {party.department_id: party.department.name for party in self.parties}
        self.nodes: dict[int, Node] = {row.pk: row for row in _rows(Node, project, signed_at)}
        self.after_node: dict[int, list[int]] = defaultdict(list)
        for needs, node in NodeDependency.objects.filter(node__project=project).values_list("needs", "node"):
            if {needs, node} <= self.nodes.keys():
                self.after_node[needs].append(node)
        self.kpis: list[Kpi] = list(_rows(Kpi, project, signed_at))
        in_force = Memorandum.State.IN_FORCE
        rows = Clause.objects.filter(memorandum__project=project, memorandum__state=in_force, ended_at=None).order_by(
            "order", "id"
        )
        self.clauses = list(rows)
        self.ends = {pk: row.due_on for pk, row in self.nodes.items()}  # of a node: its own, or that of its last promise
        for clause in self.clauses:
            planned = self.ends.get(clause.node_id or 0)
            if planned is not None and clause.due_on is not None and clause.due_on > planned:
                self.ends[clause.node_id or 0] = clause.due_on
        wanted = Task.objects.filter(project=project).exclude(state__in=(Task.State.DONE, Task.State.CANCELLED))
        self.after_task: dict[int, list[int]] = defaultdict(list)
        for needs, task in TaskDependency.objects.filter(task__in=wanted).values_list("needs", "task"):
            self.after_task[needs].append(task)
        linked = {*self.after_task, *(task for tasks in self.after_task.values() for task in tasks)}
        rows_ = Task.objects.filter(project=project, clause__isnull=False) | Task.objects.filter(pk__in=linked)
        self.tasks = {row.pk: row for row in rows_.order_by("due_on", "id")}
        self.task_of = {row.clause_id: row for row in self.tasks.values() if row.clause_id}

    def counting(self) -> CountDays:
        """W(a, b) for all days that stand here; nothing for a day beyond the calendar."""
        running = running_days()
        return lambda after, until: running[until] - running[after] if after in running and until in running else 0


def _rows(model: Any, project: Project, moment: datetime | None) -> Any:
    rows = model.objects.all() if moment is None else model.history.as_of(moment)
    return rows.filter(project=project)


def impact_of(project: Project, wishes: Iterable[Wish], *, scene: Scene | None = None) -> Impact:
    """What these changes of promises hit."""
    wishes = list(wishes)
    seen = scene or Scene(project)
    return _Finding(seen, wishes, seen.counting()).found()


def impact_of_date(task: Task, due_on: date, *, signed_at: datetime | None = None) -> Impact:
    """What another due date of a task hits: of its clause, where one promises it, else of what waits for it."""
    seen = Scene(task.project, signed_at=signed_at)
    clause = next((row for row in seen.clauses if row.pk == task.clause_id), None)
    wishes = [Wish("changed", clause, {"due_on": due_on})] if clause is not None else []
    seen.tasks.setdefault(task.pk, task)
    days = seen.counting()
    push = days(task.due_on, due_on) if task.due_on and due_on > task.due_on else 0
    return _Finding(seen, wishes, days, {task.pk: push} if clause is None else {}).found()


class _Finding:
    """One computation over a scene."""

    def __init__(self, seen: Scene, wishes: list[Wish], days: CountDays, tasks: Mapping[int, int] | None = None) -> None:
        self.seen, self.wishes, self.days = seen, wishes, days
        self.moved: list[tuple[Clause, date | None, date, int]] = []
        for wish in wishes:
            due = wish.after.get("due_on")
            if wish.clause is not None and due is not None and wish.clause.due_on != due:
                later = max(0, days(wish.clause.due_on, due)) if wish.clause.due_on else 0
                self.moved.append((wish.clause, wish.clause.due_on, due, later))
        self.nodes = self._nodes()
        self.tasks = self._tasks(tasks or {})
        self.workdays: dict[int, int] = {}

    def _nodes(self) -> dict[int, int]:
        first: dict[int, int] = {}
        for clause, _old, new, _later in self.moved:
            end = self.seen.ends.get(clause.node_id or 0)
            if end is not None and new > end:
                first[clause.node_id or 0] = max(first.get(clause.node_id or 0, 0), self.days(end, new))
        points = {pk: Point(row.starts_on, self.seen.ends[pk]) for pk, row in self.seen.nodes.items()}
        return spread(first, self.seen.after_node, points, self.days)

    def _tasks(self, first: Mapping[int, int]) -> dict[int, int]:
        known = self.seen.task_of
        begun = {known[clause.pk].pk: later for clause, _o, _n, later in self.moved if clause.pk in known}
        begun |= {known[wish.clause.pk].pk: 0 for wish in self.wishes if wish.clause and wish.clause.pk in known} | begun
        points = {pk: Point(row.starts_on, row.due_on) for pk, row in self.seen.tasks.items()}
        pushed = spread({**begun, **first}, self.seen.after_task, points, self.days)
        own = {wish.clause.pk for wish in self.wishes if wish.clause is not None}
        for clause in self.seen.clauses:  # what hangs on a node that is pushed
            if clause.pk not in own and clause.pk in known and self._downstream(clause.node_id):
                pushed[known[clause.pk].pk] = max(pushed.get(known[clause.pk].pk, 0), self.nodes[clause.node_id or 0])
        return pushed

    def _downstream(self, node: int | None) -> bool:
        """Whether a node is pushed by another, not by a clause of its own."""
        return node in self.nodes and node not in {clause.node_id for clause, *_rest in self.moved}

    def found(self) -> Impact:
        names = self.seen.names
        result = Impact()
        for wish in self.wishes:
            result.clauses.append(self._own(wish))
        own = {wish.clause.pk for wish in self.wishes if wish.clause is not None}
        for clause in self.seen.clauses:
            if clause.pk not in own and self._downstream(clause.node_id):
                push = self.nodes[clause.node_id or 0]
                result.clauses.append(
                    Hit(clause.text, names.get(clause.department_id, ""), push, number=clause.number, before=clause.due_on)
                )
                self._count(clause.department_id, push)
        for pk, push in self.tasks.items():
            task = self.seen.tasks[pk]
            result.tasks.append(Hit(task.title, names.get(task.department_id, ""), push, before=task.due_on))
            self._count(task.department_id, push)
        for pk, push in self.nodes.items():
            node = self.seen.nodes[pk]
            result.nodes.append(
                Hit(node.name, names.get(node.department_id, ""), push, before=self.seen.ends[pk], is_key=node.is_key)
            )
            self._count(node.department_id, push)
        result.kpis = [self._kpi(kpi) for kpi in self.seen.kpis if self._hits(kpi)]
        result.signatures = self._signatures()
        result.departments = [
            Hit(party.department.name, workdays=self.workdays[party.department_id])
            for party in self.seen.parties
            if party.department_id in self.workdays
        ]
        return result

    def _own(self, wish: Wish) -> Hit:
        later = next((days for clause, _o, _n, days in self.moved if clause is wish.clause), 0)
        for pk in concerned(wish):
            self._count(pk, later)
        due = wish.after.get("due_on")
        if wish.clause is None:
            department = wish.after.get("department")
            return Hit(str(wish.after.get("text", "")), department.name if department else "", after=due)
        clause = wish.clause
        return Hit(
            clause.text,
            self.seen.names.get(clause.department_id, ""),
            later,
            number=clause.number,
            before=clause.due_on,
            after=due,
        )

    def _count(self, department: int, workdays: int) -> None:
        self.workdays[department] = max(self.workdays.get(department, 0), workdays)

    def _hits(self, kpi: Kpi) -> bool:
        """A KPI whose day is passed over by what its department ends later, that counts from a pushed node, or counts less."""
        if kpi.kind == Kpi.Kind.RELATIVE and kpi.relative_to_id in self.nodes:
            return True
        day = kpi.target_date or kpi.due_on
        if day is not None and kpi.department_id is not None:
            for clause, old, new, _later in self.moved:
                if clause.department_id == kpi.department_id and (old is None or old <= day) and day < new:
                    return True
            for pk, push in self.nodes.items():
                node = self.seen.nodes[pk]
                end = self.seen.ends[pk] if node.department_id == kpi.department_id else None
                if end is not None and end <= day and self.days(end, day) < push:
                    return True
        return any(_lessens(wish, kpi) for wish in self.wishes)

    def _kpi(self, kpi: Kpi) -> Hit:
        return Hit(kpi.name, self.seen.names.get(kpi.department_id or 0, ""), before=kpi.target_date or kpi.due_on)

    def _signatures(self) -> list[Hit]:
        """The heads whom it binds, each once; of what no clause promises, none."""
        bound = {pk for wish in self.wishes for pk in concerned(wish)}
        found: dict[int, Hit] = {}
        for party in self.seen.parties:
            if party.department_id in bound and party.head_id not in found:
                found[party.head_id] = Hit(party.head.name, party.department.name)
        return list(found.values())


def concerned(wish: Wish) -> set[int]:
    """The departments that a change binds: giver and receiver, before and after."""
    named = {wish.after[name].pk for name in DEPARTMENTS if wish.after.get(name) is not None}
    if wish.clause is not None:
        named |= {pk for pk in (wish.clause.department_id, wish.clause.handed_to_id) if pk is not None}
    return named


def _lessens(wish: Wish, kpi: Kpi) -> bool:
    """Whether less of what a KPI of the same department counts, in the same unit, is promised."""
    clause = wish.clause
    if clause is None or clause.quantity is None or kpi.kind != Kpi.Kind.NUMBER or kpi.department_id != clause.department_id:
        return False
    if not clause.unit or kpi.unit != clause.unit:
        return False
    if wish.kind == "ended":
        return True
    return "quantity" in wish.after and (wish.after["quantity"] or 0) < clause.quantity
