"""The filter bar: what one can choose, what is chosen, and how to take each of it back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import CharField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import saying
from common.again import ListAgain, signs
from people.models import Department, User
from projects.models import Node, Project
from tracking.models import Task
from tracking.queries.filters import FLAGS, Filters, Pairs


@dataclass(frozen=True)
class Choice:
    """Something one can filter by."""

    key: int
    uid: UUID
    name: str


@dataclass(frozen=True)
class Choices:
    """All that one can filter a project's tasks by."""

    departments: dict[UUID, Choice]
    people: dict[UUID, Choice]
    nodes: dict[UUID, Choice]


@dataclass(frozen=True)
class Chip:
    """A filter that is active, in words, and the address without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True)
class FilterBar:
    """What `tracking/_filters.html` shows over board and table alike."""

    filters: Filters
    choices: Choices
    address: str  # of the page, without its query
    beside: Pairs  # what else the address says: layout, sort, columns
    target: str  # the id of the list that follows the filters
    chips: list[Chip]
    ignored: list[str]

    @property
    def department_options(self) -> SafeString:
        return _options(self.choices.departments.values(), self.filters.department)

    @property
    def people_options(self) -> SafeString:
        return _options(self.choices.people.values(), self.filters.assignee)

    @property
    def node_options(self) -> SafeString:
        return _options(self.choices.nodes.values(), self.filters.node)

    @property
    def states(self) -> list[tuple[str, str, bool]]:
        return [(state.value, str(state.label), state.value in self.filters.states) for state in Task.State]

    @property
    def flags(self) -> list[tuple[str, str, bool, str]]:
        """One click each: key, words, whether it is on, and the address that turns it over."""
        asked = self.filters
        rows = [("mine", _("My tasks"), asked.mine)]
        rows += [(flag, words_of_flag(flag), bool(getattr(asked, flag))) for flag in FLAGS]
        return [(key, words, on, self._turned(key, on=on)) for key, words, on in rows]

    @property
    def hidden(self) -> int:
        """How many filters are active that the bar itself does not show."""
        shown = ("q", "department", "assignee", *FLAGS)
        return sum(key not in shown for key, _value in self.filters.pairs)

    @property
    def whole_query(self) -> str:
        """All that stands behind the ? of the address."""
        return urlencode([*self.filters.pairs, *self.beside])

    @property
    def kept(self) -> str:
        """The filters alone, for the other layout's address."""
        return f"?{self.filters.query}" if self.filters.any else "?all=1"

    @property
    def clear(self) -> str:
        """The address without any filter; `all` says so even where one has a view of one's own to begin with."""
        return address(self.address, [*self.beside, ("all", "1")])

    def _turned(self, key: str, *, on: bool) -> str:
        said = "assignee" if key == "mine" else key
        rest = self.filters.without(said)
        turned = rest if on else [*rest, (said, "me" if key == "mine" else "1")]
        return address(self.address, [*turned, *self.beside] or [("all", "1")])


def _options(choices: Iterable[Choice], chosen: UUID | None) -> SafeString:
    """The options of a select, drawn straight: a project has many people, and every page its bar."""
    drawn = (
        f'<option value="{one.uid}"{" selected" if one.uid == chosen else ""}>{escape(one.name)}</option>' for one in choices
    )
    return mark_safe("".join(drawn))


def address(path: str, pairs: Pairs) -> str:
    """An address with its query."""
    return f"{path}?{urlencode(pairs)}" if pairs else path


def words_of_flag(flag: str) -> str:
    """How late, at risk and not updated are called."""
    return {"late": _("Delayed"), "risk": _("At risk"), "silent": _("Not updated")}[flag]


def choices_of(project: Project) -> Choices:
    """The departments, assignees and nodes of a project's tasks, in the order in which one reads them; one query."""
    found: dict[str, dict[UUID, Choice]] = {"d": {}, "p": {}, "n": {}}
    rows = sorted(_asked(project.pk), key=lambda row: (row[0], row[1], row[4] if row[0] == "p" else "", row[2]))
    for kind, _place, key, said, name in rows:
        uid = said if isinstance(said, UUID) else UUID(said)
        found[kind][uid] = Choice(key, uid, name)
    return Choices(found["d"], found["p"], found["n"])


def _built(project: int) -> QuerySet[Any]:
    at_work = Task.objects.filter(project=project, assignee__isnull=False).order_by().values("assignee").distinct()
    departments = _kind("d", Department.objects.filter(parties__project=project), F("parties__order"))
    people = _kind("p", User.objects.filter(pk__in=at_work), Value(0))
    nodes = _kind("n", Node.objects.filter(project=project), F("order"))
    return departments.union(people, nodes, all=True)


def _kind(kind: str, rows: QuerySet[Any], place: Any) -> QuerySet[Any]:
    marked = rows.order_by().annotate(kind=Value(kind, output_field=CharField()), place=Cast(place, IntegerField()))
    return marked.values_list("kind", "place", "pk", "uid", "name")


_asked = ListAgain(_built, *signs(1))


def known(filters: Filters, choices: Choices) -> Filters:
    """The filters without those that this project does not know: they ask for nothing, and are named."""
    pools = {"department": choices.departments, "assignee": choices.people, "node": choices.nodes}
    unknown = [name for name, pool in pools.items() if getattr(filters, name) and getattr(filters, name) not in pool]
    if not unknown:
        return filters
    ignored = [*filters.ignored, *((name, str(getattr(filters, name))) for name in unknown)]
    nothing: dict[str, Any] = dict.fromkeys(unknown)
    return replace(filters, **nothing, ignored=tuple(ignored))


def filter_bar(
    filters: Filters, choices: Choices, path: str, *, beside: Sequence[tuple[str, str]] = (), target: str = ""
) -> FilterBar:
    """The bar of a page at `path`; `beside` is what its address says besides filters."""
    kept = list(beside)
    chips = [
        Chip(label, value, address(path, [*filters.without(key, said), *kept] or [("all", "1")]))
        for key, said, label, value in _chips(filters, choices)
        if key not in FLAGS and said != "me"  # those stand beside as what one click turns over
    ]
    return FilterBar(filters, choices, path, kept, target, chips, [_ignored(*one) for one in filters.ignored])


def _chips(asked: Filters, choices: Choices) -> Iterator[tuple[str, str, str, str]]:
    """Per active filter: its key and value in the address, and its label and value in words."""
    day = {"due_from": asked.due_from, "due_to": asked.due_to}
    for key, said in asked.pairs:
        match key:
            case "q":
                yield key, said, _("Words"), said
            case "department":
                yield key, said, _("Department"), _name(choices.departments, asked.department)
            case "assignee":
                fixed = {"me": _("me"), "none": _("nobody yet")}
                yield key, said, _("Assignee"), fixed.get(said) or _name(choices.people, asked.assignee)
            case "node":
                yield key, said, _("Node"), _("none") if said == "none" else _name(choices.nodes, asked.node)
            case "status":
                yield key, said, _("Status"), str(Task.State(said).label)
            case "due_from" | "due_to":
                label = pgettext("due", "From") if key == "due_from" else pgettext("due", "Until")
                yield key, said, label, saying.date_words(day[key]) if day[key] else said  # type: ignore[arg-type]
            case "promise":
                yield key, said, "", _("Promised by the memorandum") if said == "1" else _("Not promised by the memorandum")
            case _:
                yield key, said, "", words_of_flag(key)


def _name(pool: dict[UUID, Choice], uid: UUID | None) -> str:
    choice = pool.get(uid) if uid else None
    return choice.name if choice else "–"


def _ignored(key: str, value: str) -> str:
    return f"{key}={value}" if value else key
