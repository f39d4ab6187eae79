"""Forms of issues: three fields to raise one, a reason to reopen it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.fields import chooser
from people.models import Department
from projects.models import Project
from tracking.forms import ServiceForm
from tracking.models import Issue, Task

LONGEST = 4000


def departments_of(project: Project) -> QuerySet[Department]:
    """The departments that take part, in the project's order."""
    return Department.objects.filter(pk__in=project.parties.values("department")).order_by("sort_key", "pk")


class PartiesField(forms.ModelMultipleChoiceField):
    """The departments whom an issue concerns, as boxes to tick."""

    def __init__(self, **said: Any) -> None:
        said.setdefault("error_messages", {"required": _("Name the departments whom it concerns.")})
        widget = forms.CheckboxSelectMultiple
        super().__init__(queryset=Department.objects.none(), to_field_name="uid", widget=widget, **said)


class IssueForm(forms.Form):
    """What is the matter, and between whom."""

    title = forms.CharField(label=_("The issue in a line"), max_length=200)
    text = forms.CharField(
        label=_("What is the matter"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What happened, what it holds up, what each side wants."),
    )
    parties = PartiesField(label=_("Departments whom it concerns"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Issue.Kind.choices, initial=Issue.Kind.SPECIAL)
    task = forms.ModelChoiceField(Task.objects.none(), to_field_name="uid", required=False, widget=forms.HiddenInput)

    def __init__(self, project: Project, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chooser(self, "parties").queryset = departments_of(project)
        chooser(self, "task").queryset = Task.objects.filter(project=project)

    def said(self) -> dict[str, Any]:
        """What goes to the service."""
        data = {name: self.cleaned_data[name] for name in ("title", "text", "parties", "kind")}
        task = self.cleaned_data["task"]
        return data | {"task_uid": task.uid if task is not None else None}


class ReopenForm(ServiceForm):
    """Why the solution does not hold."""

    reason = forms.CharField(label=_("Why the solution does not hold"), max_length=300)
