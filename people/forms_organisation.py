"""The form of what the organisation chose."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.refusals import Refused
from people.models import Organisation
from people.organisation import check_rule


class OrganisationForm(forms.Form):
    """Name, numbers, proof when signing."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of the organisation"), max_length=120, required=False,
        help_text=_("It stands on papers, and in the app that shows one-time codes."),
    )  # fmt: skip
    number_rule = forms.CharField(
        label=_("Numbers of memoranda"), max_length=80,
        help_text=_("{dept} the department’s short name, {year} the year, {n} the running number, {project} the project’s code."),
    )  # fmt: skip
    signing_demand = forms.ChoiceField(
        label=_("Proof when signing"), choices=Organisation.Demand.choices, widget=forms.RadioSelect
    )

    def __init__(self, row: Organisation, *args: Any, **options: Any) -> None:
        options["initial"] = {
            "name": row.name, "number_rule": row.number_rule, "signing_demand": row.signing_demand, "seen_version": row.version,
        }  # fmt: skip
        super().__init__(*args, **options)

    def clean_number_rule(self) -> str:
        try:
            return check_rule(self.cleaned_data["number_rule"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
