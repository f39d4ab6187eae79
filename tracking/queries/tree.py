"""The task tree of a project as lines, some hundred at a time: whatever its size, a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery, Sum
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.saying import quantity_words
from people.models import User
from projects.models import Clause, Project
from tracking.access import Act, may_task
from tracking.cells import Cells, Promise
from tracking.models import Task

ROWS = 100
FOLDED_FROM = 150  # from so many tasks on a tree first shows its tops alone
MOST_FOLDS = 300
WITH = ("department", "assignee__department", "handed_to", "figures", "clause__memorandum")
NEEDED = ("assignee", "starts_on", "due_on", "deliverable", "standard")  # without these nothing is confirmed (rule E1)
_UNREADY = Q(assignee=None) | Q(starts_on=None) | Q(due_on=None) | Q(deliverable="") | Q(standard="")


@dataclass(frozen=True)
class Folds:
    """Which branches a person has folded, as a cookie keeps it: all shut but these, or all open but these."""

    shut: bool
    others: frozenset[str]

    @classmethod
    def read(cls, said: str, total: int) -> Self:
        """From the cookie; whoever has folded nothing yet sees a small tree open, a large one shut."""
        if said[:1] not in ("+", "-"):
            return cls(total >= FOLDED_FROM, frozenset())
        return cls(said[0] == "+", frozenset(one for one in said[1:].split(".")[:MOST_FOLDS] if one))

    def is_shut(self, uid: UUID) -> bool:
        return (uid.hex[:8] in self.others) != self.shut

    def turned(self, uid: UUID) -> "Folds":
        """The same with this branch the other way round."""
        return Folds(self.shut, self.others ^ {uid.hex[:8]})

    def __str__(self) -> str:
        return ("+" if self.shut else "-") + ".".join(sorted(self.others)[:MOST_FOLDS])


class Outline:
    """All tasks of a project in tree order, by key: what each is part of, its parts, and which could not be confirmed yet."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.parent: dict[int, int | None] = {}
        self.uid: dict[int, UUID] = {}
        self.parts: dict[int | None, list[int]] = {}
        self.unready: set[int] = set()
        unready = ExpressionWrapper(_UNREADY & Q(confirmed_at=None) & ~Q(state=Task.State.CANCELLED), BooleanField())
        rows = Task.objects.filter(project=project).order_by("rank").annotate(unready=unready)
        for key, parent, uid, lacking in rows.values_list("pk", "parent_id", "uid", "unready"):
            self.parent[key], self.uid[key] = parent, uid
            self.parts.setdefault(parent, []).append(key)
            if lacking:
                self.unready.add(key)

    def __len__(self) -> int:
        return len(self.parent)

    def key(self, uid: UUID) -> int | None:
        return next((key for key, known in self.uid.items() if known == uid), None)

    def below(self, top: int | None = None, folds: Folds | None = None) -> list[int]:
        """All tasks below one (or of the whole tree), each followed by its parts, but for those that are folded away."""
        found: list[int] = []
        stack = list(reversed(self.parts.get(top, [])))
        while stack:
            key = stack.pop()
            found.append(key)
            if key in self.parts and not (folds and folds.is_shut(self.uid[key])):
                stack += reversed(self.parts[key])
        return found

    def above(self, key: int | None) -> Iterable[int]:
        """A task and all it is part of."""
        while key is not None:
            yield key
            key = self.parent[key]


@dataclass
class Line:
    """A task of the tree: where it stands, what is left to distribute among its parts, what this person may do, what it lacks."""

    task: Task
    parts: int
    place: int
    of: int
    left: Decimal | None
    unready: int = 0
    folded: bool = False
    may: set[str] = field(default_factory=set)
    bar: SafeString | str = ""
    stands: SafeString | str = ""
    promise: SafeString | str = ""

    @property
    def depth(self) -> int:
        """Level as screen readers count it: 1 at the top."""
        return self.task.level + 1

    @property
    def given(self) -> Decimal | None:
        """How much of the quantity the parts have."""
        return None if self.left is None or self.task.target is None else self.task.target - self.left

    @property
    def too_much(self) -> Decimal | None:
        return -self.left if self.left is not None and self.left < 0 else None

    @property
    def lacks(self) -> list[str]:
        """What stands between this task and its confirmation, in words."""
        if self.task.confirmed_at is not None or self.task.state == Task.State.CANCELLED:
            return []
        return [*lacking_fields(self.task), *self.lacking_below]

    @property
    def lacking_below(self) -> list[str]:
        said = []
        if self.left:
            amount = quantity_words(abs(self.left), self.task.unit)
            said.append(_("%s left to distribute") % amount if self.left > 0 else _("%s too many") % amount)
        if self.unready:
            said.append(ngettext("%d part is not complete", "%d parts are not complete", self.unready) % self.unready)
        return said


def lacking_fields(task: Task) -> list[str]:
    """The fields without which a task is not confirmed, in words."""
    return [
        str(Task._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in NEEDED
        if not getattr(task, name + "_id" if name == "assignee" else name)
    ]


@dataclass
class Stretch:
    """Lines one after another, and whether more follow (`last` is where to go on)."""

    lines: list[Line]
    more: int = 0
    first: int = 0
    total: int = 0

    @property
    def last(self) -> UUID | None:
        return self.lines[-1].task.uid if self.lines else None


def stretch(
    user: User, outline: Outline, folds: Folds, *, under: UUID | None = None, after: UUID | None = None, at: UUID | None = None
) -> Stretch:
    """The next lines: below `under`, behind `after`, or around `at`."""
    top = outline.key(under) if under else None
    keys = outline.below(top, folds)
    start = _start(outline, keys, top, after, at)
    wanted = keys[start : start + ROWS]
    found = lines_of(user, outline, wanted, folds)
    return Stretch(found, more=max(len(keys) - start - len(wanted), 0), first=start, total=len(keys))


def _start(outline: Outline, keys: list[int], top: int | None, after: UUID | None, at: UUID | None) -> int:
    """Where to begin; behind a line that is folded away meanwhile, the next one that is not."""
    if at is not None and (key := outline.key(at)) in keys:
        place = keys.index(key)
        return 0 if place < ROWS // 2 else place - 10
    key = outline.key(after) if after else None
    if key is None:
        return 0
    everything = outline.below(top)
    gone = set(everything[: everything.index(key) + 1]) if key in everything else set()
    return next((place for place, one in enumerate(keys) if one not in gone), len(keys))


def lines_of(user: User, outline: Outline, keys: Sequence[int], folds: Folds) -> list[Line]:
    """These tasks as lines, in this order."""
    tasks = _rows(outline, keys)
    cells = Cells(outline.project.threshold, outline.project.today)
    tags: dict[int, SafeString] = {}
    lines = []
    for key in keys:
        task = tasks[key]
        beside = outline.parts[task.parent_id]
        parts = len(outline.parts.get(key, ()))
        line = Line(task, parts, beside.index(key) + 1, len(beside), _left(task), _unready_below(outline, key))
        line.folded = bool(parts) and folds.is_shut(task.uid)
        line.may = _may(user, task, has_parts=bool(parts))
        figures = getattr(task, "figures", None)
        line.bar = mark_safe(cells.bar(figures.planned, figures.actual) if figures else "")
        line.promise = _tag(cells, tags, task.promise)
        promised = task.clause.due_on if task.clause is not None else None
        line.stands = mark_safe(cells.state(task.state) + cells.marks(task, promised))
        lines.append(line)
    return lines


def _tag(cells: Cells, tags: dict[int, SafeString], clause: Clause | None) -> SafeString:
    """The promise tag of a line: its clause, or that of the top of its tree."""
    if clause is None:
        return mark_safe("")
    if clause.pk not in tags:
        said = Promise(clause.get_absolute_url(), clause.text, clause.memorandum.edition, clause.number)
        tags[clause.pk] = mark_safe(cells.promise(said))
    return tags[clause.pk]


def _unready_below(outline: Outline, key: int) -> int:
    return sum(one in outline.unready for one in outline.below(key)) if outline.unready and key in outline.parts else 0


def _rows(outline: Outline, keys: Sequence[int]) -> dict[int, Task]:
    """These tasks with all above them, linked to each other, to the project and to what their lines show."""
    above = {key for start in keys for key in outline.above(start)}
    parts = Task.objects.filter(parent=OuterRef("pk")).exclude(state=Task.State.CANCELLED).order_by().values("parent")
    given = parts.filter(unit=OuterRef("unit")).annotate(sum=Sum("target")).values("sum")
    found = Task.objects.filter(pk__in=above).select_related(*WITH).annotate(given=Subquery(given), divided=Exists(parts))
    tasks: dict[int, Task] = {task.pk: task for task in found}
    for task in tasks.values():
        task.project = outline.project
        if task.parent_id is not None:
            task.parent, task.root = tasks[task.parent_id], tasks[task.root_id or task.parent_id]
        if task.clause is not None:
            task.clause.memorandum.project = outline.project
    return tasks


def _left(task: Any) -> Decimal | None:
    """What of a quantified task's amount no part has yet."""
    return task.target - (task.given or 0) if task.divided and task.target is not None else None


def left_by_task(tasks: Iterable[Task]) -> dict[int, Decimal]:
    """What of each quantified task's amount no part has yet; tasks without parts are not among them."""
    rows = {task.pk: task for task in tasks}
    sums = (
        Task.objects.filter(parent__in=list(rows))
        .exclude(state=Task.State.CANCELLED)
        .order_by()
        .values_list("parent_id", "unit")
        .annotate(given=Sum("target"))
    )
    left: dict[int, Decimal] = {}
    for key, unit, given in sums:
        task = rows[key]
        if task.target is not None:
            left.setdefault(key, task.target)
            if unit == task.unit and given is not None:
                left[key] -= given
    return left


def _may(user: User, task: Task, *, has_parts: bool) -> set[str]:
    """The controls that stand on a line."""
    if task.state == Task.State.CANCELLED:
        return set()
    acts = {act.value for act in (Act.CREATE, Act.EDIT, Act.ASSIGN) if may_task(user, task, act)}
    if task.confirmed_at is None and may_task(user, task, Act.CONFIRM):
        acts.add(Act.CONFIRM.value)
    if not has_parts and may_task(user, task, Act.REPORT):
        acts.add(Act.REPORT.value)
    return acts
