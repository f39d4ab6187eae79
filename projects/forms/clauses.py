"""Forms around clauses: a clause, what a department says of it, the answers to counter-texts and resource requests."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import DayField, chooser
from people.models import Department
from projects.models import Clause, Node, Project, ResourceNeed
from projects.services.remarks import LONGEST, PROPOSED


def shown(value: Any) -> Any:
    """How a stored value stands in its field: rows by their uid, numbers without idle zeros."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else getattr(value, "uid", value)


def as_typed(clause: Clause, names: list[str]) -> dict[str, Any]:
    """A clause's values as they stand in a form."""
    return {name: shown(getattr(clause, name, None)) for name in names}


class Worded(forms.Form):
    """What of a clause is worded, counted and dated."""

    text = forms.CharField(label=_("Promise"), max_length=200)
    deliverable = forms.CharField(label=_("Deliverable"), max_length=120)
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=14, decimal_places=2, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    starts_on = DayField(label=_("Begins on"), required=False)
    due_on = DayField(label=_("Due"), required=False)
    standard = forms.CharField(label=_("Quality standard"), max_length=200, required=False)


class ClauseForm(Worded):
    """What one department promises; choices are those of the project alone."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    origin = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    department = forms.ModelChoiceField(Department.objects.none(), to_field_name="uid", label=_("Department"))
    handed_to = forms.ModelChoiceField(Department.objects.none(), to_field_name="uid", label=_("Handed to"), required=False)
    node = forms.ModelChoiceField(Node.objects.none(), to_field_name="uid", label=_("Node"), required=False)
    field_order = ("department", "text", "deliverable")

    def __init__(
        self,
        project: Project,
        data: Mapping[str, Any] | None = None,
        *,
        clause: Clause | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        said = dict(initial or {})
        if clause is not None:
            said |= as_typed(clause, self.terms()) | {"seen_version": clause.version}
        super().__init__(data, initial=said, auto_id="clause-%s")
        taking_part = Department.objects.filter(parties__project=project).order_by("parties__order")
        for name in ("department", "handed_to"):
            chooser(self, name).queryset = taking_part
        chooser(self, "node").queryset = Node.objects.filter(project=project)
        chooser(self, "department").empty_label = _("Choose a department")
        for name in ("handed_to", "node"):
            chooser(self, name).empty_label = "—"

    def offer(self, departments: Sequence[Department], nodes: Sequence[Node]) -> None:
        """Choose among rows that the page has read already, so that the choices ask nothing again."""
        rows = {"department": departments, "handed_to": departments, "node": nodes}
        for name, offered in rows.items():
            field = chooser(self, name)
            field.choices = [("", field.empty_label or ""), *((str(row.uid), field.label_from_instance(row)) for row in offered)]

    @classmethod
    def terms(cls) -> list[str]:
        """The fields that a clause has as well."""
        return [name for name in cls.base_fields if name not in ("seen_version", "origin")]

    def said(self) -> dict[str, Any]:
        """What goes to the service."""
        origin = {"origin": self.cleaned_data["origin"]} if self.cleaned_data.get("origin") else {}
        return {name: self.cleaned_data[name] for name in self.terms()} | origin


class RemarkForm(Worded):
    """A comment of a department, and how the clause should read instead; only what differs is proposed."""

    comment = forms.CharField(
        label=_("What we say to it"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, clause: Clause, data: Mapping[str, Any] | None = None) -> None:
        self.clause = clause
        super().__init__(data, initial=as_typed(clause, list(PROPOSED)), auto_id="remark-%s")

    @property
    def proposes(self) -> bool:
        """Whether a field was changed or has an error: then the fields stand open."""
        return self.is_bound and any(name in PROPOSED for name in (*self.changed_data, *self.errors))

    @property
    def wording(self) -> list[forms.BoundField]:
        """The fields of the clause."""
        return [self[name] for name in PROPOSED]


class DeclineForm(forms.Form):
    """Why a counter-text is declined."""

    answer = forms.CharField(label=_("Reason"), max_length=300)


class AnswerForm(forms.Form):
    """Whether the department that is asked brings a resource."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("Does your department agree?"),
        choices=[row for row in ResourceNeed.State.choices if row[0] != ResourceNeed.State.ASKED],
        widget=forms.RadioSelect,
    )
    agreed_quantity = forms.DecimalField(label=_("Agreed quantity"), max_digits=14, decimal_places=2, required=False)
    answer = forms.CharField(label=_("Reason, or what is agreed"), max_length=200, required=False)

    def __init__(self, need: ResourceNeed, data: Mapping[str, Any] | None = None) -> None:
        initial: dict[str, Any] = {"seen_version": need.version}
        if need.state != ResourceNeed.State.ASKED:
            initial |= {"state": need.state, "agreed_quantity": shown(need.agreed_quantity), "answer": need.answer}
        super().__init__(data, initial=initial, auto_id=f"need-{need.uid}-%s")
