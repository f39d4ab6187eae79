"""What a drag or the menu of a card says: where to, beside which card, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import chooser
from people.models import Department, User
from projects.models import Node, Project
from tracking.forms import AmountField, PersonField, ServiceForm, people_of
from tracking.models import Task

NO_NODE = "none"


class MoveForm(ServiceForm):
    """A move on the board: to a status, a department, a node or a person, and to a place; backwards it says why."""

    to = forms.ChoiceField(choices=[("", ""), *Task.State.choices], required=False)
    department = forms.ModelChoiceField(Department.objects.none(), to_field_name="uid", required=False)
    node = forms.ModelChoiceField(Node.objects.none(), to_field_name="uid", required=False)
    assignee = PersonField(User.objects.none(), to_field_name="uid", required=False)
    before_uid = forms.UUIDField(required=False)
    after_uid = forms.UUIDField(required=False)
    edge = forms.ChoiceField(choices=[("", ""), ("start", ""), ("end", "")], required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    done = AmountField(label=_("Done so far, in all"), required=False)

    def __init__(self, project: Project, data: Any = None, **options: Any) -> None:
        self.off_node = bool(data) and data.get("node") == NO_NODE
        if self.off_node:
            data = data.copy()
            data["node"] = ""
        super().__init__(data, **{"auto_id": "move-%s"} | options)
        chooser(self, "department").queryset = Department.objects.filter(parties__project=project)
        chooser(self, "node").queryset = Node.objects.filter(project=project)
        chooser(self, "assignee").queryset = people_of(project)

    @property
    def again(self) -> list[tuple[str, str]]:
        """What was asked, to be asked once more with a reason or a newer version."""
        names = ("to", "department", "node", "before_uid", "after_uid", "edge")
        said = [(name, str(self.data.get(name) or "")) for name in names] if self.is_bound else []
        return [(name, value) for name, value in [*said, ("node", NO_NODE if self.off_node else "")] if value]

    def move(self) -> dict[str, Any]:
        """What goes to the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "assignee"} | {"off_node": self.off_node}
