"""Forms beside the slots of a document: passing on, a further signer, more time, a scan and what a second person finds of it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import DayField, chooser
from documents.models import Document, Slot
from documents.queries import may_be_added, may_take_over
from people.models import User


class PersonField(forms.ModelChoiceField):
    """A person, said with department and title."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), to_field_name="uid", **options)

    def label_from_instance(self, obj: Any) -> str:
        return " · ".join(part for part in (obj.name, str(obj.department or ""), obj.title) if part)


def _people(form: forms.Form, name: str, ids: Iterable[int]) -> None:
    field = chooser(form, name)
    field.queryset = (
        User.objects.filter(pk__in=list(ids)).select_related("department").order_by("department__sort_key", "sort_key")
    )
    field.empty_label = str(_("Choose a person"))


class PassOnForm(forms.Form):
    """To whom one's slot goes, and why."""

    slot = forms.ModelChoiceField(Slot.objects.none(), to_field_name="uid", label=_("For which department"))
    to = PersonField(label=_("To whom"), help_text=_("Somebody of the department, a head, or senior management."))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, slots: list[Slot], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="pass-%s")
        field = chooser(self, "slot")
        field.queryset = Slot.objects.filter(pk__in=[slot.pk for slot in slots]).select_related("department")
        field.label_from_instance = lambda slot: str(slot.department)  # type: ignore[method-assign,assignment]
        field.empty_label = None
        if len(slots) == 1:
            field.widget, self.initial["slot"] = forms.HiddenInput(), slots[0].uid
        _people(self, "to", {pk for slot in slots for pk in may_take_over(slot).values_list("pk", flat=True)})


class AddSignerForm(forms.Form):
    """Who signs beside the parties."""

    signer = PersonField(
        label=_("Who signs as well"), help_text=_("A head, senior management, or somebody of a department that signs.")
    )

    def __init__(self, document: Document, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id="add-%s")
        _people(self, "signer", may_be_added(document).values_list("pk", flat=True))


class ExtendForm(forms.Form):
    """Until the close of which day it may be signed."""

    until = DayField(label=_("To be signed by"))


class ScanForm(forms.Form):
    """The scan of a copy signed by hand, and on which day that was."""

    scan = forms.FileField(
        label=_("Scan of the signed copy"),
        help_text=_("PDF, JPG or PNG, at most 25 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    signed_on = DayField(label=_("Signed on"), required=False)

    def __init__(self, slot: Slot, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id=f"scan-{slot.uid}-%s")


class JudgeForm(forms.Form):
    """What a second person finds of a scan: it matches, or what does not."""

    same = forms.BooleanField(required=False, widget=forms.HiddenInput)  # a control named "matches" would hide form.matches()
    reason = forms.CharField(label=_("What does not match"), required=False, max_length=300)

    def __init__(self, slot: Slot, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, auto_id=f"judge-{slot.uid}-%s")
