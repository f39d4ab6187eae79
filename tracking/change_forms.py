"""Forms of change control: a request with its lines, an opinion, the decision, a short slip."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.fields import DayField
from common.refusals import Refused
from common.saying import date_words
from common.typed import whole_number
from people.models import Department
from projects.models import Clause, Memorandum, Project
from projects.queries.amendments import living_clauses
from tracking.forms import AmountField, ServiceForm
from tracking.models import ChangeLine, ChangeRequest, Opinion
from tracking.services.changes import InLine, Said

MOST_LINES = 20
LINE_FIELDS = ("due_on", "starts_on", "quantity", "unit", "department", "handed_to", "text", "deliverable", "standard")


@dataclass(frozen=True)
class Choices:
    """What the lines of a form choose from, read once for all of them."""

    clauses: dict[str, Clause]
    departments: dict[str, Department]
    today: date

    @classmethod
    def of(cls, memorandum: Memorandum | None, project: Project) -> "Choices":
        clauses = {str(row.uid): row for row in living_clauses(memorandum)} if memorandum is not None else {}
        departments = Department.objects.filter(parties__project=project).order_by("parties__order", "id")
        return cls(clauses, {str(row.uid): row for row in departments}, project.today)

    def clause_choices(self) -> list[tuple[str, str]]:
        return [("", "—"), *((uid, clause_words(row)) for uid, row in self.clauses.items())]

    def department_choices(self) -> list[tuple[str, str]]:
        return [("", "—"), *((uid, row.name) for uid, row in self.departments.items())]


class LineForm(forms.Form):
    """One line: which clause, and what of it is to read otherwise. What is left empty stays as it is."""

    kind = forms.ChoiceField(label=_("What happens"), choices=ChangeLine.Kind.choices, initial=ChangeLine.Kind.CHANGED)
    clause = forms.ChoiceField(label=_("Clause"), required=False)
    due_on = DayField(label=_("New date"), required=False)
    quantity = AmountField(label=_("New quantity"), required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    department = forms.ChoiceField(label=_("New owner"), required=False)
    handed_to = forms.ChoiceField(label=_("New receiver"), required=False)
    starts_on = DayField(label=_("New beginning"), required=False)
    text = forms.CharField(label=_("New promise"), max_length=200, required=False)
    deliverable = forms.CharField(label=_("New deliverable"), max_length=120, required=False)
    standard = forms.CharField(label=_("New quality standard"), max_length=200, required=False)
    rest = ("department", "handed_to", "starts_on", "unit", "text", "deliverable", "standard")

    def __init__(self, choices: Choices, number: int, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, prefix=f"l{number}", auto_id=f"change-{number}-%s")
        self.choices, self.number = choices, number
        said: Any = self.fields
        said["clause"].choices = choices.clause_choices()
        said["department"].choices = said["handed_to"].choices = choices.department_choices()
        for name in ("due_on", "starts_on"):
            said[name].near = choices.today

    @property
    def of_clause(self) -> Clause | None:
        """The clause as it is in force, where one is chosen."""
        chosen = self["clause"].value()
        return self.choices.clauses.get(str(chosen or ""))

    @property
    def opens_rest(self) -> bool:
        """Whether the less common fields are to be seen: something stands in them, or the clause is new."""
        return self["kind"].value() == ChangeLine.Kind.ADDED or any(self[name].value() or self[name].errors for name in self.rest)

    @property
    def is_blank(self) -> bool:
        return not any(self[name].value() for name in ("clause", *LINE_FIELDS))

    def further(self) -> list[forms.BoundField]:
        return [self[name] for name in self.rest]

    def said(self) -> Said:
        """The line as the service takes it: departments as rows, nothing where nothing was typed."""
        data = self.cleaned_data
        fields = {name: data[name] for name in LINE_FIELDS if data.get(name) not in (None, "")}
        for name in ("department", "handed_to"):
            if name in fields:
                fields[name] = self.choices.departments.get(fields[name])
        clause = self.choices.clauses.get(data.get("clause") or "")
        return Said(data["kind"], clause.uid if clause is not None else None, fields)


class ChangeForm(ServiceForm):
    """One form for all: why, what it costs, and the lines."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    risk = forms.UUIDField(widget=forms.HiddenInput, required=False)
    count = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_LINES)
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Left empty, it is called as its clause.")
    )
    kind = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("as the lines say")), *ChangeRequest.Kind.choices])
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    cost = AmountField(label=_("Cost (yuan)"), required=False)
    quality = forms.CharField(label=_("Effect on quality"), max_length=300, required=False)

    def __init__(self, choices: Choices, data: Mapping[str, Any] | None = None, *, lines: Any = (), **options: Any) -> None:
        super().__init__(data, auto_id="change-%s", **options)
        if data is None:
            given: list[dict[str, Any]] = list(lines) or [{}]
            self.lines = [LineForm(choices, number, initial=row) for number, row in enumerate(given)]
            self.initial["count"] = len(given)
            return
        count = min(whole_number(str(data.get("count", ""))) or 1, MOST_LINES)
        self.lines = [LineForm(choices, number, data) for number in range(count)]

    def is_valid(self) -> bool:
        """The whole form and every line; a blank line beside others is left out."""
        lines = [line.is_valid() for line in self.lines if not self._left_out(line)]
        return super().is_valid() and all(lines)

    def _left_out(self, line: LineForm) -> bool:
        return line.is_blank and len(self.lines) > 1

    def request(self) -> dict[str, Any]:
        """What goes to the service."""
        data = self.cleaned_data
        said = {name: data[name] for name in ("title", "kind", "reason", "cost", "quality")}
        lines = [line.said() for line in self.lines if not self._left_out(line)]
        return said | {"risk_uid": data["risk"], "lines": lines}

    def take(self, refusal: Refused) -> None:
        """A refusal about a line stands at that line's field."""
        if not isinstance(refusal, InLine):
            super().take(refusal)
            return
        self.status = 422
        kept = [line for line in self.lines if not self._left_out(line)]
        line = kept[min(refusal.line, len(kept) - 1)]
        line.add_error(refusal.field if refusal.field in line.fields else None, str(refusal))


class OpinionForm(forms.Form):
    """What a department says."""

    says = forms.ChoiceField(label=_("Your department"), choices=Opinion.Says.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Opinion"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class DecisionForm(ServiceForm):
    """Approved or declined, and why: one of the two is said by the button that is pressed."""

    APPROVE, DECLINE = "approve", "decline"

    decision = forms.ChoiceField(
        choices=((APPROVE, APPROVE), (DECLINE, DECLINE)),
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Say whether it is approved or declined.")),
    )
    reason = forms.CharField(label=_("Reason of the decision"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class SlipForm(ServiceForm):
    """To which day, and why."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    to_due = DayField(label=_("New date"))
    reason = forms.CharField(label=_("Reason"), max_length=300)


class SlipAnswerForm(forms.Form):
    """Why the receiving department does not agree."""

    answer = forms.CharField(label=_("Why not"), max_length=300)


def line_of(line: ChangeLine, choices: Choices) -> dict[str, Any]:
    """A kept line as the form shows it again."""
    after = dict(line.after)
    for name in ("due_on", "starts_on"):
        if after.get(name):
            after[name] = date.fromisoformat(after[name])
    if after.get("quantity"):
        after["quantity"] = Decimal(after["quantity"])
    clause = next((uid for uid, row in choices.clauses.items() if row.pk == line.clause_id), "")
    return after | {"kind": line.kind, "clause": clause}


def clause_words(clause: Clause) -> str:
    """A clause to choose: number, department, words, and its day as it is now."""
    said = f"{clause.number} {clause.department.name}：{clause.text}"
    return f"{said} · {date_words(clause.due_on)}" if clause.due_on else said
