"""Small forms that open in a cell of the table, and the form under which a view is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import DayField, chooser
from people.models import User
from tracking.forms import PersonField, ServiceForm, people_of
from tracking.models import SavedView, Task

FIELD_OF = {"assignee": "assignee", "start": "starts_on", "due": "due_on", "weight": "weight", "status": "to"}


class CellForm(ServiceForm):
    """One field of a task, with the version that was seen."""

    def __init__(self, task: Task, key: str, *args: Any, **options: Any) -> None:
        name = FIELD_OF[key]
        value = task.state if key == "status" else getattr(task, name)
        initial = {"seen_version": task.version, name: getattr(value, "uid", value)}
        super().__init__(*args, **{"initial": initial, "auto_id": f"cell-{task.uid}-%s"} | options)
        self.fields[name] = self._field(task, key)
        self.key, self.field_name = key, name
        label = self.fields[name].label
        self.fields[name].widget.attrs |= {"aria-label": label, "data-focus": "", "class": "cell-input"}

    @property
    def field(self) -> forms.BoundField:
        return self[self.field_name]

    def _field(self, task: Task, key: str) -> forms.Field:
        match key:
            case "assignee":
                return self._person(task)
            case "weight":
                return forms.IntegerField(label=_("Weight"), min_value=1, max_value=10_000, required=False)
            case "status":
                return forms.ChoiceField(label=_("Status"), choices=_steps(task))
            case _:
                return DayField(label=_("Planned start") if key == "start" else _("Due"), required=False)

    def _person(self, task: Task) -> forms.Field:
        self.fields["assignee"] = PersonField(User.objects.none(), to_field_name="uid", label=_("Assignee"))
        field = chooser(self, "assignee")
        field.queryset, field.empty_label = people_of(task.project), "—"
        return field


def _steps(task: Task) -> list[tuple[str, str]]:
    """The status as it is, and those to which one can move it by hand."""
    by_hand = {Task.State.NOT_STARTED, Task.State.IN_PROGRESS, Task.State.DONE}
    shown = {Task.State(task.state), *(Task.MOVES[task.state] & by_hand)}
    return [(state.value, str(state.label)) for state in Task.State if state in shown]


class ViewForm(forms.Form):
    """A view: its name, whom it is for, and what it shows."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    layout = forms.ChoiceField(choices=SavedView.Layout.choices, widget=forms.HiddenInput)
    query = forms.CharField(max_length=4000, required=False, widget=forms.HiddenInput)
    is_shared = forms.BooleanField(label=_("Share with everybody in the project"), required=False)
    is_usual = forms.BooleanField(label=_("Open the project with it"), required=False)


class ChangeViewForm(ServiceForm):
    """Another name, shared or not, and (where asked for) the filters as they are now."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    is_shared = forms.BooleanField(label=_("Share with everybody in the project"), required=False)
    layout = forms.ChoiceField(choices=SavedView.Layout.choices, required=False)
    query = forms.CharField(max_length=4000, required=False)
    renew = forms.BooleanField(required=False)

    def said(self) -> dict[str, Any]:
        """What goes to the service: the filters only when they are to be taken over."""
        found = {name: self.cleaned_data[name] for name in ("name", "is_shared")}
        if self.cleaned_data["renew"] and self.cleaned_data["layout"]:
            found |= {name: self.cleaned_data[name] for name in ("layout", "query")}
        return found
