"""Forms of the rows of step 1: they read and check what was typed; the services decide."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import DayField, chooser, retype
from common.refusals import Unseen
from common.saying import date_words, quantity_words
from people.models import Department, User
from projects.models import CommunicationRule, Contingency, Kpi, Project, ResourceNeed, ScopeItem
from projects.said import near, plain_number, shown_target

VAGUE = {"data-vague": "yes"}


def choosable_departments() -> models.QuerySet[Department]:
    """Departments that somebody can speak for."""
    return Department.objects.filter(is_active=True, head__isnull=False)


class RowForm(forms.ModelForm):
    """A form of one row; it carries the version that was seen and never saves by itself."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    spans: ClassVar[dict[str, int]] = {}
    written_as: ClassVar[dict[str, str]] = {}  # field of the service -> field of the form, where they differ
    theirs: dict[str, str]

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.project = project
        self.theirs = {}
        self.label_suffix = ""
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.near = near(project)
            if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
                field.empty_label = "–"
                if field.queryset is not None and field.queryset.model is Department:
                    field.queryset = choosable_departments()
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and cleaned.get("version") is None:
            raise forms.ValidationError(str(Unseen()), code="unseen")
        return cleaned

    def show_theirs(self, theirs: Mapping[str, object], version: int) -> None:
        """Somebody saved in between: put their values beside what was typed; saving again is then a decision."""
        for name, value in theirs.items():
            field = self.written_as.get(name, name)
            if field in self.fields and _words(value) != _words(self.cleaned_data.get(field)):
                self.theirs[field] = _words(value) or "–"
        retype(self, {"version": version})

    def validate_constraints(self) -> None:
        """The services check what belongs together and say it in words."""

    def service_fields(self) -> dict[str, Any]:
        """What goes to the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def seen_version(self) -> int | None:
        """The version that the person saw; a change without it is not accepted."""
        return self.cleaned_data.get("version")


def _words(value: object) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if isinstance(value, date):
        return date_words(value)
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, list | tuple | models.QuerySet):
        return "、".join(_words(each) for each in value)
    return str(value)


def _days(*names: str) -> dict[str, type[forms.Field]]:
    return dict.fromkeys(names, DayField)


class KpiForm(RowForm):
    """A key result; the target is typed as people say it."""

    said = forms.CharField(
        label=_("Target"),
        max_length=60,
        required=False,
        help_text=_("As you would say it: 5 million yuan, 10,000 units, 98%, by 30 June, 10 days before"),
        widget=forms.TextInput(attrs=VAGUE),
    )
    on_time = forms.BooleanField(label=_("On-time rate of the department's own tasks"), required=False)
    spans = {"name": 6, "said": 6, "department": 3, "due_on": 3, "direction": 3, "baseline": 3, "relative_to": 6, "on_time": 6}

    class Meta:
        model = Kpi
        fields = ["name", "said", "department", "due_on", "direction", "baseline", "relative_to", "on_time"]
        field_classes = _days("due_on")
        widgets = {"name": forms.TextInput(attrs=VAGUE)}
        labels = {"relative_to": _("Node that “days before or after” counts from")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chooser(self, "relative_to").queryset = self.project.nodes.all()
        if self.instance.pk:
            self.initial["said"] = shown_target(self.instance)
            self.initial["on_time"] = self.instance.kind == Kpi.Kind.ON_TIME

    def service_fields(self) -> dict[str, Any]:
        fields = super().service_fields()
        on_time = fields.pop("on_time")
        fields["kind"] = Kpi.Kind.ON_TIME if on_time else Kpi.Kind.NUMBER
        return fields


class ActualForm(RowForm):
    """What was reached so far: a figure, or the day for a key result that is a date."""

    class Meta:
        model = Kpi
        fields = ["actual", "actual_date"]
        field_classes = _days("actual_date")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        dated = self.instance.kind in (Kpi.Kind.DATE, Kpi.Kind.RELATIVE)
        del self.fields["actual" if dated else "actual_date"]
        if not dated and self.instance.unit:
            self.fields["actual"].help_text = quantity_words(self.instance.target, self.instance.unit)


class ScopeForm(RowForm):
    """An item in scope, or out and kept by a department."""

    is_in = forms.TypedChoiceField(
        label=_("Belongs to the project"),
        choices=[("yes", _("in scope")), ("no", _("out of scope"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    spans = {"text": 6, "is_in": 3, "keeper": 3}

    class Meta:
        model = ScopeItem
        fields = ["text", "is_in", "keeper"]
        help_texts = {"keeper": _("for what is out of scope")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["is_in"] = "yes" if self.instance.is_in else "no"


class ResourceForm(RowForm):
    """What the goal needs, for whom, from whom, when."""

    spans = {
        "kind": 2,
        "spec": 4,
        "quantity": 3,
        "unit": 3,
        "for_dept": 3,
        "from_dept": 3,
        "starts_on": 3,
        "ends_on": 3,
        "purpose": 12,
    }

    class Meta:
        model = ResourceNeed
        fields = ["kind", "spec", "quantity", "unit", "for_dept", "from_dept", "starts_on", "ends_on", "purpose"]
        field_classes = _days("starts_on", "ends_on")


class CommunicationForm(RowForm):
    """How often, by which channel, with which report template."""

    class Meta:
        model = CommunicationRule
        fields = ["cadence", "channel", "template"]
        help_texts = {"template": _("The points each report answers")}


class ContingencyForm(RowForm):
    """What to do if a foreseen risk happens, and who does it."""

    spans = {"trigger": 4, "action": 5, "owner": 3}

    class Meta:
        model = Contingency
        fields = ["trigger", "action", "owner"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chooser(self, "owner").queryset = people_of(self.project, self.instance.owner_id)


def people_of(project: Project, also: int | None = None) -> models.QuerySet[User]:
    """Active members of the departments that take part, and their heads."""
    steering = [project.initiating_dept_id, project.lead_dept_id]
    inside = models.Q(department__in=project.parties.values("department")) | models.Q(department__in=steering)
    inside |= models.Q(pk__in=project.parties.values("head"))
    if also:
        inside |= models.Q(pk=also)
    return User.objects.filter(inside, is_active=True).select_related("department")
