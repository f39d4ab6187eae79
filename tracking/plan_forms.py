"""Forms of the breakdown: a task in place, parts as pasted, planned steps, checklist, dependencies."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common import clock
from common.dates import NoSuchDay
from common.fields import chooser
from common.said_days import read_said_day
from common.saying import date_words
from people.models import Department, User
from projects.models import Node, Project
from tracking.forms import AmountField, ServiceForm, people_of
from tracking.models import Task
from tracking.pieces import Ground, Part, half, read_amount, with_person


class SaidDayField(forms.DateField):
    """A day as people say it (周五, 7月20日, +3); shown in words that read back as the same day."""

    widget = forms.TextInput

    def __init__(self, *, today: date | None = None, near: date | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.today, self.near = today, near
        self.widget.attrs |= {"autocomplete": "off", "placeholder": _("e.g. 20 July, Fri")}

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        today = self.today or clock.now().date()
        try:
            return read_said_day(half(str(value)), today, self.near)
        except NoSuchDay as error:
            raise forms.ValidationError(str(error), code="no_such_day") from error

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, date):
            return value
        words = date_words(value, with_year=self.today is None or value.year != self.today.year)
        try:
            same = self.to_python(words) == value
        except forms.ValidationError:
            same = False
        return words if same else value.isoformat()


class NamedPersonField(forms.CharField):
    """A person of the project, by name (with the department where several bear it) or by public id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.people: Mapping[str, list[User]] = {}
        self.widget.attrs |= {"list": "tree-people", "autocomplete": "off"}

    def clean(self, value: Any) -> User | None:  # type: ignore[override]
        said = super().clean(value)
        if not said:
            return None
        for same in self.people.values():
            for person in same:
                if str(person.uid) == said:
                    return person
        read = with_person(Part(), said, Ground(date.min, self.people))
        if read.faults:
            raise forms.ValidationError(read.faults[0], code="nobody")
        return read.assignee

    def prepare_value(self, value: Any) -> Any:
        return person_words(value, self.people) if isinstance(value, User) else value


def person_words(person: User, people: Mapping[str, list[User]]) -> str:
    """The name; with the department where several people bear it."""
    return f"{person.name} · {person.department}" if len(people.get(person.name, ())) > 1 else person.name


def by_name(project: Project) -> dict[str, list[User]]:
    """The people of a project by their names."""
    found: dict[str, list[User]] = {}
    for person in people_of(project):
        found.setdefault(person.name, []).append(person)
    return found


def ground_of(project: Project, whole: Task | None, people: Mapping[str, list[User]] | None = None) -> Ground:
    """What is known where parts of this task (or tasks at the top) are about to be made."""
    known = by_name(project) if people is None else people
    if whole is None:
        return Ground(project.today, known, starts_on=project.starts_on)
    return Ground(project.today, known, whole.unit, whole.target is not None, whole.starts_on, whole.due_on)


class TaskForm(ServiceForm):
    """A task, or a part of one; what a clause promises of it is not among the fields."""

    title = forms.CharField(label=_("Task"), max_length=200)
    department = forms.ModelChoiceField(Department.objects.none(), to_field_name="uid", label=_("Department"))
    assignee = NamedPersonField(label=_("Assignee"), required=False)
    starts_on = SaidDayField(label=_("Planned start"), required=False)
    due_on = SaidDayField(label=_("Due"), required=False)
    target = AmountField(label=_("Target quantity"), required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=10_000, required=False, widget=forms.TextInput)
    deliverable = forms.CharField(label=_("Deliverable"), max_length=120, required=False)
    standard = forms.CharField(label=_("Quality standard"), max_length=200, required=False)
    handed_to = forms.ModelChoiceField(Department.objects.none(), to_field_name="uid", label=_("Handed to"), required=False)
    node = forms.ModelChoiceField(Node.objects.none(), to_field_name="uid", label=_("Node"), required=False)
    spans = {"title": 4, "department": 2, "assignee": 2, "starts_on": 2, "due_on": 2, "target": 2, "unit": 1, "weight": 1}

    def __init__(
        self, project: Project, *args: Any, task: Task | None = None, parent: Task | None = None, **options: Any
    ) -> None:
        self.whole = parent or (task.parent if task else None)
        options["initial"] = _initial(task, parent) | {"seen_version": task.version if task else 0}
        super().__init__(*args, **{"auto_id": "task-%s"} | options)
        departments = Department.objects.filter(parties__project=project).order_by("parties__order", "id")
        chooser(self, "department").queryset = departments
        chooser(self, "handed_to").queryset = departments
        chooser(self, "node").queryset = Node.objects.filter(project=project)
        for name in ("handed_to", "node"):
            chooser(self, name).empty_label = "—"
        self.people = self.fields["assignee"].people = by_name(project)  # type: ignore[attr-defined]
        starts = [row.starts_on for row in (task, self.whole, project) if row is not None and row.starts_on]
        for name in ("starts_on", "due_on"):
            field: Any = self.fields[name]
            field.today, field.near = project.today, min([project.today, *starts])
        self.fields["weight"].widget.attrs |= {"placeholder": _("by itself"), "inputmode": "numeric"}
        if self.whole is not None:
            del self.fields["handed_to"], self.fields["node"]
        if task is not None and task.clause_id:
            self.fields = {name: self.fields[name] for name in ("seen_version", "assignee", "weight")}

    def clean(self) -> dict[str, Any]:
        """A unit typed behind the quantity is the unit."""
        said = super().clean() or {}
        typed = str(self.data.get(self.add_prefix("target"), ""))
        read = read_amount(typed) if typed else None
        if read and read[1] and "unit" in self.fields and not said.get("unit"):
            said["unit"] = read[1][:20]
        return said

    def rows(self) -> list[tuple[forms.BoundField, int]]:
        """The visible fields with their widths in twelfths."""
        return [(field, self.spans.get(field.name, 4)) for field in self.visible_fields()]


def _initial(task: Task | None, parent: Task | None) -> dict[str, Any]:
    """A task's own values; a new part begins with those of the whole."""
    if task is not None:
        names = [name for name in TaskForm.base_fields if name not in ("seen_version", "assignee")]
        said = {name: getattr(getattr(task, name), "uid", getattr(task, name)) for name in names}
        return said | {"assignee": task.assignee}
    if parent is not None:
        return {
            "department": parent.department.uid, "starts_on": parent.starts_on, "due_on": parent.due_on, "unit": parent.unit,
        }  # fmt: skip
    return {}


class PartsForm(ServiceForm):
    """Parts of a task, as pasted or typed; the text stays as it is whatever is wrong with it."""

    text = forms.CharField(label=_("Parts"), widget=forms.Textarea, strip=False, required=False)

    def __init__(self, task: Task, *args: Any, **options: Any) -> None:
        options["initial"] = {"seen_version": task.version} | options.get("initial", {})
        super().__init__(*args, **{"auto_id": f"parts-{task.uid}-%s"} | options)


class PlaceForm(ServiceForm):
    """Where a task goes: a step from where it stands, or under a task and behind or before another."""

    step = forms.ChoiceField(choices=[(one, one) for one in ("", "up", "down", "in", "out")], required=False)
    parent = forms.UUIDField(required=False)
    after = forms.UUIDField(required=False)
    before = forms.UUIDField(required=False)


class ChecklistForm(ServiceForm):
    """The points of the delivery standard, one a line."""

    points = forms.CharField(label=_("Points, one a line"), widget=forms.Textarea, required=False, max_length=8000)

    def lines(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]

    def clean_points(self) -> str:
        said = str(self.cleaned_data["points"])
        for number, line in enumerate(said.splitlines(), 1):
            if len(line.strip()) > 200:
                raise forms.ValidationError(_now("Line %d is longer than 200 characters.") % number)
        return said


class StepsForm(ServiceForm):
    """Planned steps, such as 7月20日前 40%, as typed."""

    text = forms.CharField(label=_("Planned steps"), widget=forms.Textarea, required=False, max_length=4000, strip=False)


class NeedsForm(ServiceForm):
    """The tasks that must be done first."""

    needs = forms.Field(required=False)

    def uids(self) -> list[UUID]:
        """The public ids chosen; what is none is left out."""
        found = []
        for said in self.data.getlist("needs") if hasattr(self.data, "getlist") else []:
            try:
                found.append(UUID(said))
            except ValueError:
                continue
        return found
