"""The one set of filters of board, table, API and saved views; its state is the address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.models import User
from projects.models import Project
from tracking.models import Risk, Task
from tracking.queries.desk import leaves
from tracking.queries.overview import late, silent

LONGEST_TEXT = 80
MOST_WORDS = 5
FLAGS = ("late", "risk", "silent")
BESIDE = {"by", "lanes", "sort", "columns", "group", "page", "layout", "column", "after", "place", "only", "view", "all"}
AT_RISK = (Risk.State.OPEN, Risk.State.OCCURRED)
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Filters:
    """What an address asks for; what is not understood asks for nothing and is named in `ignored`."""

    text: str = ""
    department: UUID | None = None
    assignee: UUID | None = None
    mine: bool = False
    nobody: bool = False
    node: UUID | None = None
    no_node: bool = False
    states: tuple[str, ...] = ()
    late: bool = False
    risk: bool = False
    silent: bool = False
    due_from: date | None = None
    due_to: date | None = None
    promise: bool | None = None
    ignored: tuple[tuple[str, str], ...] = ()

    @property
    def pairs(self) -> Pairs:
        """The filters as an address says them, always in the same order."""
        return list(_pairs(self))

    @property
    def query(self) -> str:
        """The filters as they stand behind the ? of an address."""
        return urlencode(self.pairs)

    @property
    def any(self) -> bool:
        return bool(self.pairs)

    @property
    def only(self) -> str:
        """The first of late, at risk and not updated that is asked for."""
        return next((name for name in FLAGS if getattr(self, name)), "")

    def without(self, key: str, value: str = "") -> Pairs:
        """The address without one of its filters."""
        return [pair for pair in self.pairs if pair[0] != key or (value and pair[1] != value)]


def _pairs(asked: Filters) -> Iterator[tuple[str, str]]:
    yield from (pair for pair in _said(asked) if pair[1])


def _said(asked: Filters) -> Iterator[tuple[str, str]]:
    """Every filter as an address says it; the empty ones ask for nothing."""
    yield "q", asked.text
    yield "department", str(asked.department or "")
    yield "assignee", "me" if asked.mine else "none" if asked.nobody else str(asked.assignee or "")
    yield "node", "none" if asked.no_node else str(asked.node or "")
    yield from (("status", state) for state in asked.states)
    yield from ((flag, "1" if getattr(asked, flag) else "") for flag in FLAGS)
    yield "due_from", asked.due_from.isoformat() if asked.due_from else ""
    yield "due_to", asked.due_to.isoformat() if asked.due_to else ""
    yield "promise", {True: "1", False: "0", None: ""}[asked.promise]


class _Reader:
    """Reads one address, and remembers what it did not understand."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said
        self.ignored: list[tuple[str, str]] = []

    def all(self, key: str) -> list[str]:
        getlist = getattr(self.said, "getlist", None)
        found = getlist(key) if getlist else [self.said[key]] if key in self.said else []
        return [str(value).replace("\x00", "").strip() for value in found]

    def one(self, key: str) -> str:
        return next(iter(self.all(key)[-1:]), "")

    def bad(self, key: str, value: str) -> None:
        self.ignored.append((key[:40], value[:40]))

    def uid(self, key: str, *words: str) -> UUID | None:
        value = self.one(key)
        if not value or value in words:
            return None
        try:
            return UUID(value)
        except ValueError:
            self.bad(key, value)
            return None

    def flag(self, key: str) -> bool | None:
        value = self.one(key)
        if value not in ("", "0", "1"):
            self.bad(key, value)
        return {"1": True, "0": False}.get(value)

    def day(self, key: str) -> date | None:
        value = self.one(key)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.bad(key, value)
            return None

    def states(self) -> tuple[str, ...]:
        found = [value for value in dict.fromkeys(self.all("status")) if value]
        for value in found:
            if value not in Task.State.values:
                self.bad("status", value)
        return tuple(state for state in Task.State.values if state in found)


KEYS = ("q", "department", "assignee", "node", "status", *FLAGS, "due_from", "due_to", "promise")


def read_filters(said: Mapping[str, Any]) -> Filters:
    """The filters of an address; values that mean nothing are left out and named."""
    reader = _Reader(said)
    earliest, latest = reader.day("due_from"), reader.day("due_to")
    if earliest and latest and latest < earliest:
        reader.bad("due_to", latest.isoformat())
        latest = None
    only = reader.one("only")  # as addresses said it once
    found = Filters(
        text=" ".join(reader.one("q").split())[:LONGEST_TEXT],
        department=reader.uid("department"),
        assignee=reader.uid("assignee", "me", "none"),
        mine=reader.one("assignee") == "me",
        nobody=reader.one("assignee") == "none",
        node=reader.uid("node", "none"),
        no_node=reader.one("node") == "none",
        states=reader.states(),
        late=bool(reader.flag("late")) or only == "late",
        risk=bool(reader.flag("risk")) or only == "risk",
        silent=bool(reader.flag("silent")) or only == "silent",
        due_from=earliest,
        due_to=latest,
        promise=reader.flag("promise"),
    )
    for key in said:
        if key not in KEYS and key not in BESIDE:
            reader.bad(key, reader.one(key))
    return replace(found, ignored=tuple(reader.ignored))


def filtered(project: Project, user: User, filters: Filters) -> QuerySet[Task]:
    """The tasks that are reported on, as the filters leave them; cancelled ones only when asked for."""
    rows = leaves(Task.objects.filter(project=project))
    return rows.filter(asked(project, user, filters))


def asked(project: Project, user: User, filters: Filters) -> Q:
    """The filters as a condition on tasks of this project."""
    found = Q(state__in=filters.states) if filters.states else ~Q(state=Task.State.CANCELLED)
    for word in filters.text.split()[:MOST_WORDS]:
        found &= _says(word, "title") | _says(word, "parent__title")
    for condition in (*_whose(project, user, filters), *_how(project, filters)):
        found &= condition
    return found


def _says(word: str, field: str) -> Q:
    """Whether a field has this word; one without capitals, such as Chinese, is looked for as it stands: that is far quicker."""
    cased = word.lower() != word.upper()
    return Q(**{f"{field}__{'icontains' if cased else 'contains'}": word})


def _whose(project: Project, user: User, filters: Filters) -> Iterator[Q]:
    if filters.department:
        yield Q(department__uid=filters.department)
    if filters.mine or filters.nobody:
        yield Q(assignee=user if filters.mine else None)
    elif filters.assignee:
        yield Q(assignee__uid=filters.assignee)
    if filters.no_node:
        yield Q(node=None)
    elif filters.node:
        yield Q(node__uid=filters.node)
    if filters.promise is not None:
        tops = Task.objects.filter(project=project, level=0, clause__isnull=False).order_by().values("pk")
        promised = Q(clause__isnull=False) | Q(root__isnull=False, root__in=tops)
        yield promised if filters.promise else ~promised


def _how(project: Project, filters: Filters) -> Iterator[Q]:
    if filters.late:
        yield late(project)
    if filters.silent:
        yield silent(project)
    if filters.risk:
        yield Q(Exists(Risk.objects.filter(task=OuterRef("pk"), state__in=AT_RISK)))
    if filters.due_from:
        yield Q(due_on__gte=filters.due_from)
    if filters.due_to:
        yield Q(due_on__lte=filters.due_to)
