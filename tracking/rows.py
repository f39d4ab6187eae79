"""Table rows drawn straight from values; what a person may change in them is a link that opens a small form in its cell."""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from common import saying
from people.models import User
from projects.access import standing
from projects.models import Project
from tracking.access import RULES, Act
from tracking.cells import OVER, Cells
from tracking.models import Task
from tracking.queries.filter_bar import Choices
from tracking.queries.table import COLUMNS, Look, TableRow, Whole, group_of, wholes_of

NOBODY = UUID(int=0)
NOTHING: Mapping[int, Whole] = {}
EDITABLE = {"assignee": Act.ASSIGN, "start": Act.EDIT, "due": Act.EDIT, "weight": Act.EDIT, "status": Act.REPORT}
PROMISED = {"start", "due"}  # of a task that a clause promises, they change only by a change request


class RowRights:
    """What a person may do with the rows of a project; the doors decide again when it is done."""

    def __init__(self, user: User, project: Project) -> None:
        self.user = user
        self.frozen = project.is_frozen
        self.stands = standing(user, project)
        self._known: dict[tuple[Act, int, bool], bool] = {}

    def may(self, row: TableRow, act: Act, wholes: Mapping[int, Whole] = NOTHING) -> bool:
        if self.frozen or row.state == Task.State.CANCELLED:
            return False
        above = [wholes[pk].assignee_id for pk in (row.parent_id or 0, row.root_id or 0) if pk in wholes]
        owns = self.stands.persons
        own = any(key in owns for key in above) if act == Act.EDIT else row.assignee_id in owns
        key = (act, row.department_id, own)
        if key not in self._known:
            self._known[key] = self.stands.may(RULES, act, department=row.department_id, own=own)
        return self._known[key]


class Rows:
    """Draws the rows of one answer."""

    def __init__(self, project: Project, user: User, look: Look, choices: Choices) -> None:
        self.project, self.look = project, look
        self._named = [
            {choice.key: escape(choice.name) for choice in pool.values()}
            for pool in (choices.departments, choices.people, choices.nodes)
        ]
        self.rights = RowRights(user, project)
        self.cells = Cells(project.threshold, project.today, sprite=True)
        self._draw: dict[str, Callable[[TableRow], str]] = {key: getattr(self, f"_{key}") for key in COLUMNS}
        self._heads = {key: escape(str(column.label)) for key, column in COLUMNS.items()}
        names = ("task", "report_progress", "row_of_task")
        self._addresses = {name: reverse(name, args=[NOBODY]).split(str(NOBODY)) for name in names}
        self._addresses |= {key: reverse("cell_of_task", args=[NOBODY, key]).split(str(NOBODY)) for key in EDITABLE}
        self._columns = f"?columns={','.join(look.columns)}" if look.said_columns else ""
        self._words = {
            "report": escape(_("Report progress")), "change": escape(_("Change")), "nobody": escape(_("nobody yet")),
            "none": escape(_("no date yet")), "itself": escape(_("by itself")), "never": escape(_("never")),
            "sign": self.cells.sign("progress-check"),
        }  # fmt: skip

    def draw(self, rows: Iterable[TableRow], groups: dict[Any, int] | None = None, saved: UUID | None = None) -> str:
        """All rows, with a head over each group."""
        rows = list(rows)
        self.wholes = wholes_of(rows)
        self.promises = {key: self.cells.promise(whole.promise(self.project)) for key, whole in self.wholes.items()}
        if not groups:
            return "".join([self._row(row, saved) for row in rows])
        drawn, before = [], object()
        for row in rows:
            group = group_of(row, self.look.group)
            if group != before:
                drawn.append(self._group_head(group, groups.get(group, 0)))
                before = group
            drawn.append(self._row(row, saved))
        return "".join(drawn)

    def _group_head(self, group: Any, count: int) -> str:
        name = self._group_name(group)
        span = len(self.look.columns)
        return (
            f'<tr class="group-line"><th scope="colgroup" colspan="{span}">{name} '
            f'<span class="group-count">{count}</span></th></tr>'
        )

    def _group_name(self, group: Any) -> str:
        match self.look.group:
            case "status":
                return escape(str(Task.State(group).label))
            case "department":
                return self._named[0].get(group, "–")
            case "assignee":
                return self._named[1].get(group) or escape(_("Nobody yet"))
            case _:
                return self._named[2].get(group) or escape(_("Without a node"))

    def _row(self, row: TableRow, saved: UUID | None) -> str:
        uid = str(row.uid)
        kind = " is-cancelled" if row.state == Task.State.CANCELLED else ""
        kind += " just-saved" if saved == row.uid else ""
        cells = []
        for key in self.look.columns[1:]:
            drawn = self._draw[key](row)
            number = ' class="number-cell"' if COLUMNS[key].number else ""
            cells.append(f'<td data-cell="{key}" data-label="{self._heads[key]}"{number}>{drawn}</td>')
        source = self._address("row_of_task", uid) + self._columns
        return (
            f'<tr id="row-{uid}" class="task-row{kind}" data-live="tracking.task:{uid}" data-live-src="{source}" '
            f'data-version="{row.version}"><th scope="row" class="task-name" data-cell="title">{self._title(row)}</th>'
            f"{''.join(cells)}</tr>"
        )

    def _address(self, name: str, uid: str) -> str:
        return uid.join(self._addresses[name])

    def _change(self, row: TableRow, key: str, shown: str) -> str:
        """What a cell shows, as a link to its form where this person may change it."""
        locked = (row.clause_id and key in PROMISED) or (key == "status" and row.state == Task.State.AWAITING_ACCEPTANCE)
        if locked or not self.rights.may(row, EDITABLE[key], self.wholes):
            return shown
        href = self._address(key, str(row.uid))
        return f'<a class="cell-change" href="{href}" title="{self._words["change"]} {self._heads[key]}">{shown}</a>'

    def _title(self, row: TableRow) -> str:
        uid = str(row.uid)
        path = self._path(row)
        name = f'<a href="{self._address("task", uid)}">{escape(row.title)}</a>'
        promise = self.promises.get(row.root_id or row.pk, "")
        report = ""
        if row.state not in OVER and self.rights.may(row, Act.REPORT):
            href = self._address("report_progress", uid)
            label = f"{self._words['report']}: {escape(row.title)}"
            report = (
                f'<a class="quiet-button row-report" href="{self._address("task", uid)}#report" data-get="{href}?place=row" '
                f'title="{self._words["report"]}" aria-label="{label}">{self._words["sign"]}</a>'
            )
        return f'{path}<span class="row-name">{name} {promise}{report}</span><div class="report-place" id="report-{uid}"></div>'

    def _path(self, row: TableRow) -> str:
        """What the task is part of, from the top down; deep in a tree the middle is left out."""
        if row.parent_id is None:
            return ""
        names = [self.wholes[key].title for key in dict.fromkeys((row.root_id, row.parent_id)) if key in self.wholes]
        if row.level > 2:
            names.insert(1, "…")
        return f'<span class="row-path">{escape(" › ".join(names))} ›</span>'

    def _department(self, row: TableRow) -> str:
        return self._named[0].get(row.department_id, "–")

    def _assignee(self, row: TableRow) -> str:
        who = self._named[1].get(row.assignee_id or 0) or f'<span class="mark-wait">{self._words["nobody"]}</span>'
        return self._change(row, "assignee", who)

    def _node(self, row: TableRow) -> str:
        return self._named[2].get(row.node_id or 0, "")

    def _start(self, row: TableRow) -> str:
        return self._change(row, "start", self.cells.day(row.starts_on) or "–")

    def _due(self, row: TableRow) -> str:
        shown = self.cells.day(row.due_on) or f'<span class="mark-wait">{self._words["none"]}</span>'
        if self.cells.is_late(row.state, row.due_on):
            shown = f'<span class="due-late">{shown}</span>'
        return self._change(row, "due", shown)

    def _quantity(self, row: TableRow) -> str:
        if row.target is None:
            return ""
        target = escape(saying.quantity_words(row.target, row.unit))
        return f'<span class="text-secondary">{saying.quantity_words(row.done)} /</span> {target}'

    def _progress(self, row: TableRow) -> str:
        return self.cells.bar(row.planned, row.actual)

    def _status(self, row: TableRow) -> str:
        return self._change(row, "status", self.cells.state(row.state)) + self.cells.marks(
            row, self.wholes[row.pk].due_on if row.pk in self.wholes else None
        )

    def _weight(self, row: TableRow) -> str:
        shown = str(row.weight) if row.weight is not None else f'<span class="text-secondary">{self._words["itself"]}</span>'
        return self._change(row, "weight", shown)

    def _deliverable(self, row: TableRow) -> str:
        return escape(row.deliverable)

    def _handed(self, row: TableRow) -> str:
        return self._named[0].get(row.handed_id or 0, "")

    def _updated(self, row: TableRow) -> str:
        if row.reported_at is None:
            return f'<span class="text-secondary">{self._words["never"]}</span>'
        local = saying.here(row.reported_at)
        return f'<span title="{escape(saying.exact_words(row.reported_at))}">{self.cells.day(local.date())} {local:%H:%M}</span>'
