"""Forms of the memorandum: its number and terms, opening it, taking it back."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import User
from projects.models import Memorandum


class DraftForm(forms.Form):
    """The number of a new memorandum."""

    number = forms.CharField(
        label=pgettext_lazy("document", "Number"),
        max_length=80,
        required=False,
        help_text=_("Left empty, the next number of the year is taken."),
    )


class TermsForm(forms.Form):
    """Number of the draft, how it is signed, and how far one may move without a change request."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    number = forms.CharField(label=pgettext_lazy("document", "Number"), max_length=80)
    sign_order = forms.ChoiceField(label=_("Order of signing"), choices=Memorandum.Order.choices)
    slip_days = forms.IntegerField(label=_("Tolerance of a short slip, in workdays"), min_value=0, max_value=30)
    object_days = forms.IntegerField(
        label=_("Workdays in which those informed of a change may object"), min_value=1, max_value=30
    )

    def __init__(self, memorandum: Memorandum, data: Mapping[str, Any] | None = None) -> None:
        initial = {"seen_version": memorandum.version}
        initial |= {name: getattr(memorandum, name) for name in ("number", "sign_order", "slip_days", "object_days")}
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
