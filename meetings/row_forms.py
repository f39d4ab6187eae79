"""Forms of what is typed on the minutes: texts, resolutions, actions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import chooser
from common.refusals import Refused
from meetings.forms import DayField, PersonChoice
from meetings.invited import departments_of, people_to_invite
from meetings.models import Action, AgendaItem, Meeting
from meetings.parsing import Parsed, parse_action
from meetings.services.writing import LONGEST, too_long
from people.models import Department

CHOICES = ("mine", "theirs", "both")


class TextForm(forms.Form):
    """Notes or the summary, with the version that was seen; `resolve` is the newer version that a person has looked at, and
    `choice` which of the two texts stays; `before` is what the same page sent without hearing what became of it.
    """

    text = forms.CharField(widget=forms.Textarea, required=False, strip=False)
    seen_version = forms.IntegerField(required=False)
    before = forms.CharField(required=False, strip=False)
    resolve = forms.IntegerField(required=False)
    choice = forms.ChoiceField(choices=[(one, one) for one in CHOICES], required=False)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if len(text) > LONGEST:
            raise forms.ValidationError(str(too_long(len(text))))
        return text

    def version(self, now: str, version: int) -> int | None:
        """The version on which the person writes; None when the form says none."""
        before = str(self.cleaned_data["before"]).replace("\r\n", "\n")
        if "before" in self.data and before == now:
            return version  # what stands there came from this very page
        return self.cleaned_data.get("resolve") or self.cleaned_data.get("seen_version")

    def chosen(self, now: str) -> str:
        """The text that stays, where the person chose between it and what stands there now."""
        mine: str = self.cleaned_data["text"]
        if not self.cleaned_data.get("resolve"):
            return mine
        return {"theirs": now, "both": "\n".join(one for one in (now, mine) if one)}.get(self.cleaned_data["choice"], mine)


class ResolutionForm(forms.Form):
    """A resolution, under its topic."""

    text = forms.CharField(
        label=_("Resolution"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    item = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=AgendaItem.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("The whole meeting"),
    )

    def __init__(self, *args: Any, meeting: Meeting, items: Sequence[AgendaItem] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.meeting = meeting
        self.fields["text"].widget.attrs["placeholder"] = _("What was decided")
        if "item" in self.fields:
            field = chooser(self, "item")
            field.queryset = meeting.agenda.all()
            if items is not None:  # at hand already: not asked for again
                field.choices = [("", field.empty_label), *((item.uid, item.title) for item in items if item.pk)]


class ActionForm(ResolutionForm):
    """Who does what until when, in one line; what is chosen beside it counts before what the line says."""

    owner = PersonChoice(label=_("Person"), required=False, empty_label=_("Person"))
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("Department"),
    )
    due_on = DayField(label=_("Due"), required=False)
    quantity = forms.DecimalField(label=_("Quantity"), required=False, max_digits=14, decimal_places=2)
    unit = forms.CharField(label=_("Unit"), required=False, max_length=20)
    field_order = ["text", "owner", "department", "due_on", "quantity", "unit", "item"]

    def __init__(self, *args: Any, meeting: Meeting, **more: Any) -> None:
        super().__init__(*args, meeting=meeting, **more)
        self.fields["text"].label = _("Action")
        self.fields["text"].widget.attrs["placeholder"] = _("@department or person, until when, what")
        self.fields["unit"].widget.attrs["placeholder"] = _("Unit")
        self.fields["quantity"].widget.attrs["placeholder"] = _("Quantity")
        chooser(self, "owner").queryset = people_to_invite(meeting.project)
        chooser(self, "department").queryset = departments_of(meeting.project)

    def read(self) -> Parsed:
        """What the line says, and what is chosen beside it."""
        typed = str(self.cleaned_data.get("text") or self.data.get(self.add_prefix("text"), ""))[:300]
        parsed = parse_action(typed, self.meeting)
        beside = {name: self.cleaned_data.get(name) or None for name in ("owner", "department", "due_on", "quantity")}
        if beside["quantity"] is not None or self.cleaned_data.get("unit"):
            beside["unit"] = self.cleaned_data.get("unit") or (parsed.unit if beside["quantity"] is None else "")
        return parsed.with_chosen({name: value for name, value in beside.items() if value is not None})

    def said(self) -> dict[str, Any]:
        """The arguments of the service; errors: Refused at the line."""
        parsed = self.read()
        if not parsed.rest:
            raise Refused(_("It does not say what is to be done."), field="text")
        return {
            "text": parsed.rest,
            "said": parsed.said,
            **{name: getattr(parsed, name) for name in ("owner", "department", "due_on", "quantity", "unit")},
        }


class ResolutionChangeForm(ResolutionForm):
    """A resolution in other words."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    item = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].widget.attrs["data-focus"] = ""


class ActionChangeForm(ActionForm):
    """An action as a row of fields."""

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    item = None  # type: ignore[assignment]
    field_order = ["text", "owner", "department", "due_on", "quantity", "unit", "seen_version"]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].widget.attrs["data-focus"] = ""

    @staticmethod
    def initial_of(row: Action) -> dict[str, Any]:
        return {
            "text": row.text,
            "owner": row.owner.uid if row.owner else None,
            "department": row.department.uid if row.department else None,
            "due_on": row.due_on,
            "quantity": f"{row.quantity.normalize():f}" if row.quantity is not None else "",
            "unit": row.unit,
            "seen_version": row.version,
        }


class OpenTaskForm(forms.Form):
    """What an action leaves open and its task needs."""

    owner = PersonChoice(label=_("Person"), required=False, empty_label=_("Person"))
    due_on = DayField(label=_("Due"), required=False)

    def __init__(self, *args: Any, meeting: Meeting, **more: Any) -> None:
        super().__init__(*args, **more)
        chooser(self, "owner").queryset = people_to_invite(meeting.project)
