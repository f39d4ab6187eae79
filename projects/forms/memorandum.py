"""Forms of the memorandum: a clause, its terms, opening it, taking it back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import chooser
from people.models import Department, User
from projects.models import Clause, Memorandum, Node, Project


class DayInput(forms.DateInput):
    """A day as the browser's own calendar gives it."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


def _shown(value: Any) -> Any:
    """How a stored value stands in its field: rows by their uid, numbers without idle zeros."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else getattr(value, "uid", value)


class ClauseForm(forms.Form):
    """What one department promises; choices are those of the project alone."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    department = forms.ModelChoiceField(Department.objects.none(), to_field_name="uid", label=_("Department"))
    text = forms.CharField(label=_("Promise"), max_length=200)
    deliverable = forms.CharField(label=_("Deliverable"), max_length=120)
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=14, decimal_places=2, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    starts_on = forms.DateField(label=_("Begins on"), required=False, widget=DayInput())
    due_on = forms.DateField(label=_("Due"), required=False, widget=DayInput())
    handed_to = forms.ModelChoiceField(Department.objects.none(), to_field_name="uid", label=_("Handed to"), required=False)
    standard = forms.CharField(label=_("Quality standard"), max_length=200, required=False)
    node = forms.ModelChoiceField(Node.objects.none(), to_field_name="uid", label=_("Node"), required=False)

    def __init__(self, project: Project, data: Mapping[str, Any] | None = None, *, clause: Clause | None = None) -> None:
        initial = None
        if clause is not None:
            names = [name for name in self.base_fields if name != "seen_version"]
            seen = {name: getattr(clause, name) for name in names} | {"seen_version": clause.version}
            initial = {name: _shown(value) for name, value in seen.items()}
        super().__init__(data, initial=initial, auto_id="clause-%s")
        taking_part = Department.objects.filter(parties__project=project).order_by("parties__order")
        for name in ("department", "handed_to"):
            chooser(self, name).queryset = taking_part
        chooser(self, "node").queryset = Node.objects.filter(project=project)
        chooser(self, "department").empty_label = _("Choose a department")
        for name in ("handed_to", "node"):
            chooser(self, name).empty_label = "—"

    def said(self) -> dict[str, Any]:
        """What goes to the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen_version"}


class DraftForm(forms.Form):
    """The number of a new memorandum."""

    number = forms.CharField(
        label=pgettext_lazy("document", "Number"),
        max_length=80,
        required=False,
        help_text=_("Left empty, the next number of the year is taken."),
    )


class TermsForm(forms.Form):
    """Number and tolerance of the draft."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(label=pgettext_lazy("document", "Number"), max_length=80)
    slip_days = forms.IntegerField(label=_("Tolerance of a short slip, in workdays"), min_value=0, max_value=30)

    def __init__(self, memorandum: Memorandum, data: Mapping[str, Any] | None = None) -> None:
        initial = {"seen_version": memorandum.version, "number": memorandum.number, "slip_days": memorandum.slip_days}
        super().__init__(data, initial=initial, auto_id="terms-%s")
        if memorandum.edition > 1:
            self.fields["number"].disabled = True


class OpenForm(forms.Form):
    """Until when the heads may sign; what they will sign is what stands here now."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    seen_sha256 = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    sign_days = forms.IntegerField(label=_("Days for signing"), min_value=1, max_value=60)
    further = forms.ModelMultipleChoiceField(
        User.objects.filter(is_executive=True, is_active=True, department__isnull=False).order_by("sort_key"),
        to_field_name="uid",
        label=_("Senior management that signs as well"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class TakeBackForm(forms.Form):
    """Why the memorandum is taken back."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
