"""Forms of tasks, reports and risks; choices are those of the project alone."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common import amounts, clock
from common.dates import NoSuchDay
from common.fields import DayField, chooser, retype
from common.file_field import FilesField
from common.refusals import Conflict, Refused
from common.saying import date_words, figure
from people.models import User
from projects.models import Party, Project
from tracking.models import Risk, Task


class AmountField(forms.DecimalField):
    """A quantity as people type it: 12, 1,200, 12家, 40%, 1万台; never below nothing."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=0, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str) and value.strip():
            try:
                read = amounts.read(value, clock.now().date()).number
            except NoSuchDay:
                read = None
            value = value if read is None else read
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return figure(value).replace(",", "") if isinstance(value, Decimal) else value


class PersonField(forms.ModelChoiceField):
    """A person, named with the department."""

    def label_from_instance(self, person: Any) -> str:
        return f"{person.name} · {person.department}" if person.department else person.name


def people_of(project: Project) -> QuerySet[User]:
    """Who can be given something in a project: the people of its departments."""
    of_party = Exists(
        Party.objects.filter(
            Q(department=OuterRef("department")) | Q(head=OuterRef("pk")) | Q(liaison=OuterRef("pk")), project=project
        )
    )
    return User.objects.filter(of_party, is_active=True).select_related("department")


def people_choices(project: Project) -> list[tuple[str, str]]:
    """The people of a project as the choices of a field."""
    return [("", "—"), *((str(person.uid), f"{person.name} · {person.department}") for person in people_of(project))]


class ServiceForm(forms.Form):
    """A form whose refusals stand at their fields; a conflict shows what was saved meanwhile, and keeps what was typed."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    theirs: Mapping[str, Any] = {}
    status = 200

    def said(self) -> dict[str, Any]:
        """What goes to the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen_version"}

    def take(self, refusal: Refused) -> None:
        """Put a refusal where it belongs."""
        self.status = refusal.status if refusal.status != 409 else 422
        if isinstance(refusal, Conflict):
            self.theirs = refusal.theirs
            retype(self, {"seen_version": refusal.theirs["version"]})
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    @property
    def saved_meanwhile(self) -> list[tuple[str, str]]:
        """Field by field what somebody else saved, where it differs from what was typed."""
        return [
            (str(self.fields[name].label), shown(value))
            for name, value in self.theirs.items()
            if name in self.fields and value != self.cleaned_data.get(name)
        ]


def shown(value: Any) -> str:
    """A saved value in words."""
    if value is None or value == "":
        return "–"
    if isinstance(value, Decimal):
        return figure(value)
    return date_words(value) if hasattr(value, "isoformat") and not hasattr(value, "hour") else str(value)


class ReportForm(ServiceForm):
    """The new total, a quantity or a percentage; the note is optional. "=" says that nothing has moved."""

    done = AmountField(label=_("Done so far, in all"))
    note = forms.CharField(label=_("Note"), max_length=1000, required=False)
    seen_done = forms.DecimalField(widget=forms.HiddenInput, required=False)  # the figure that stood on the page
    confirm = forms.BooleanField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    files = FilesField(label=_("Files"), required=False)  # type: ignore[assignment]

    def __init__(self, task: Task, *args: Any, **options: Any) -> None:
        options["initial"] = {"seen_version": task.version, "seen_done": task.done} | options.get("initial", {})
        super().__init__(*args, **{"auto_id": f"report-{task.uid}-%s"} | options)
        self.task = task
        self.need = ""
        if self.is_bound and self._raw("done").strip() in ("=", "＝"):
            retype(self, {"done": figure(task.done).replace(",", "")})

    def take(self, refusal: Refused) -> None:
        super().take(refusal)
        self.need = getattr(refusal, "need", "")
        theirs = refusal.theirs.get("done") if isinstance(refusal, Conflict) else None
        if isinstance(theirs, Decimal):
            retype(self, {"seen_done": figure(theirs).replace(",", "")})

    def _raw(self, name: str) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), ""))
        return figure(self.initial[name]) if name in self.initial else ""

    @property
    def version(self) -> int | str:
        """The version that the next attempt has seen."""
        return self._raw("seen_version") if self.is_bound else self.task.version

    @property
    def seen(self) -> str:
        """The figure that the next attempt has seen."""
        return self._raw("seen_done").replace(",", "")

    @property
    def typed(self) -> str:
        return self._raw("done").replace(",", "")

    @property
    def typed_note(self) -> str:
        return self._raw("note")

    @property
    def typed_reason(self) -> str:
        return self._raw("reason")


class MoveForm(ServiceForm):
    """A move on the board; backwards it says why."""

    to = forms.ChoiceField(choices=Task.State.choices)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
    done = AmountField(label=_("Done so far, in all"), required=False)


class AssignForm(ServiceForm):
    """Who does it."""

    assignee = PersonField(User.objects.none(), to_field_name="uid", label=_("Assignee"))

    def __init__(self, task: Task, *args: Any, **options: Any) -> None:
        initial = {"seen_version": task.version, "assignee": task.assignee.uid if task.assignee else None}
        super().__init__(*args, **{"initial": initial, "auto_id": "assign-%s"} | options)
        chooser(self, "assignee").queryset = people_of(task.project)


class AnswerForm(ServiceForm):
    """Cause, measure, owner and due date: all there is to say of a risk, in one form."""

    cause = forms.ChoiceField(label=_("Cause"), choices=[("", "—"), *Risk.Cause.choices])
    cause_text = forms.CharField(label=_("Cause in words"), max_length=300, required=False)
    measure = forms.CharField(label=_("Measure"), max_length=300)
    owner = PersonField(User.objects.none(), to_field_name="uid", label=_("Owner"))
    due_on = DayField(label=_("Measure due"))
    spans = {"cause": 3, "cause_text": 9, "measure": 6, "owner": 3, "due_on": 3}

    def __init__(self, risk: Risk, *args: Any, people: list[tuple[str, str]] | None = None, **options: Any) -> None:
        owner = risk.owner or (risk.task.assignee if risk.task else None)
        names = ("cause", "cause_text", "measure", "due_on")
        options["initial"] = {name: getattr(risk, name) for name in names} | {
            "owner": owner.uid if owner else None,
            "seen_version": risk.version,
        }
        super().__init__(*args, **{"auto_id": f"risk-{risk.uid}-%s"} | options)
        field: Any = self.fields["owner"]
        field.queryset, field.empty_label = people_of(risk.project), "—"
        if people is not None:
            field.choices = people  # shared by the forms of a page: one query for all

    def rows(self) -> list[tuple[forms.BoundField, int]]:
        """The visible fields with their widths in twelfths."""
        return [(field, self.spans[field.name]) for field in self.visible_fields()]


class CloseForm(ServiceForm):
    """Why a risk can be closed."""

    reason = forms.CharField(label=_("Why it can be closed"), max_length=300)
