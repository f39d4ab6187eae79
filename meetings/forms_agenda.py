"""What people type into an agenda: a department's part, a topic for the backlog."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import chooser
from common.refusals import Conflict
from meetings.agenda import Part
from meetings.agenda.asks import Asked, split_answers
from meetings.agenda.report import plan_text, progress_text
from meetings.models.meeting import Kind
from meetings.services.parts import LONGEST, TEXTS
from people.models import Department
from tracking.services.card import note_of


class PartForm(forms.Form):
    """A department's part; a text left as the figures wrote it is not kept, so that it goes on following them."""

    progress = forms.CharField(label=_("Last week's progress"), required=False, max_length=LONGEST, strip=False)
    plan = forms.CharField(label=_("This week's plan"), required=False, max_length=LONGEST, strip=False)
    matters = forms.CharField(label=_("Matters to coordinate"), required=False, max_length=LONGEST, strip=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, part: Part, asked: Asked) -> None:
        self.part, self.points = part, asked.points
        said, answers = split_answers(part.matters, asked.points)
        computed = {"progress": progress_text(part), "plan": plan_text(part), "matters": said}
        initial = {**computed, "seen_version": part.row.version if part.row else 0}
        initial |= {f"point{n}": answers.get(point, "") for n, point in enumerate(asked.points)}
        super().__init__(data, initial=initial, prefix=str(part.department.uid)[:8])
        for name, rows in (("progress", 6), ("plan", 6), ("matters", 3)):
            self.fields[name].widget = forms.Textarea(attrs={"rows": rows})
            self.fields[name].label = asked.names.get(name) or self.fields[name].label
        for n, point in enumerate(asked.points):
            self.fields[f"point{n}"] = forms.CharField(label=point, required=False, max_length=300)
        for name in ("progress", "plan"):  # what the figures said when the form was drawn
            self.fields[f"was_{name}"] = forms.CharField(
                required=False, strip=False, max_length=LONGEST * 2, widget=forms.HiddenInput, initial=computed[name]
            )
        self.order_fields(["progress", "plan", *(f"point{n}" for n in range(len(self.points))), "matters"])

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """In the order in which they are asked."""
        return list(self.visible_fields())

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = {name: self.cleaned_data[name].replace("\r\n", "\n") for name in TEXTS}
        for name in ("progress", "plan"):
            was = self.cleaned_data[f"was_{name}"].replace("\r\n", "\n")
            if given[name].strip() == was.strip() and not (self.part.row and getattr(self.part.row, name)):
                given[name] = ""
        answers = [(point, self.cleaned_data[f"point{n}"]) for n, point in enumerate(self.points)]
        given["matters"] = note_of(given["matters"], answers)
        return {**given, "seen_version": self.cleaned_data["seen_version"]}

    def differing(self, conflict: Conflict) -> list[tuple[str, str, str]]:
        """The fields in which two people differ: label, the other's text, mine."""
        rows = [(name, str(conflict.theirs[name]), str(conflict.mine[name])) for name in TEXTS]
        return [(str(self.fields[name].label), theirs, mine) for name, theirs, mine in rows if theirs != mine]


class BacklogForm(forms.Form):
    """A topic that waits for the next meeting of a kind."""

    text = forms.CharField(label=_("Topic"), max_length=200)
    kind = forms.ChoiceField(
        label=_("For which meeting"),
        choices=[(Kind.WEEKLY.value, Kind.WEEKLY.label), (Kind.MONTHLY_REVIEW.value, Kind.MONTHLY_REVIEW.label)],
        initial=Kind.WEEKLY.value,
    )
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("No department"),
    )

    def __init__(self, *args: Any, departments: list[Department], steers: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].widget.attrs["placeholder"] = _("What should be talked about")
        field = chooser(self, "department")
        field.queryset = Department.objects.filter(pk__in=[row.pk for row in departments])
        if not steers:
            field.required, field.empty_label = True, None
