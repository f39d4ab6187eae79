"""Forms of the work calendar: the house's own days, and its week."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import DayField
from common.refusals import Refused
from people.models import Organisation


class DaysForm(forms.Form):
    """Days on which the house works or does not, whatever the official calendar says."""

    first = DayField(label=_("Day"))
    last = DayField(label=_("Until and with"), required=False, help_text=_("Left empty: this one day."))
    is_workday = forms.TypedChoiceField(
        label=_("On these days"),
        choices=[("off", _("nobody works")), ("work", _("everybody works"))],
        coerce=lambda value: value == "work",
        widget=forms.RadioSelect,
        initial="off",
    )
    note = forms.CharField(label=_("Why"), max_length=60, required=False)


class WeekForm(forms.Form):
    """Five days, six, or every other Saturday."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    week = forms.ChoiceField(label=_("Working week"), choices=Organisation.Week.choices, widget=forms.RadioSelect)
    first_worked_saturday = DayField(
        label=_("A Saturday on which people work"), required=False, help_text=_("Every second one counts from it.")
    )

    def __init__(self, row: Organisation, data: Any = None) -> None:
        said = {"week": row.week, "first_worked_saturday": row.first_worked_saturday, "seen_version": row.version}
        super().__init__(data, initial=said)


def refuse(form: forms.Form, refusal: Refused) -> None:
    """What a service refuses stands at its field, else over the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
