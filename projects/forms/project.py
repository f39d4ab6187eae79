"""Forms of the project itself: a new draft, goal and period, settings, departments, viewers."""

from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common import clock
from common.dates import NoSuchDay, read_period
from common.fields import DayField, chooser
from people.models import Department, User
from projects.forms.rows import VAGUE, RowForm, choosable_departments
from projects.models import Party, Project

PERIOD_HELP = _("Or as you would say it: 2026Q3, 3 months, 8 April to 30 September")


class PeriodMixin(forms.Form):
    """First and last day, or one line that says both."""

    period = forms.CharField(label=_("Period"), max_length=60, required=False, help_text=PERIOD_HELP)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        said = cleaned.pop("period", "").strip()
        if said:
            begin: date = cleaned.get("starts_on") or clock.today(settings.TIME_ZONE)
            try:
                cleaned["starts_on"], cleaned["ends_on"] = read_period(said, begin)
            except NoSuchDay as error:
                self.add_error("period", str(error))
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("period" if said else "ends_on", gettext("The end lies before the beginning."))
        return cleaned


class DraftForm(PeriodMixin):
    """A new project on one page."""

    name = forms.CharField(label=_("Name"), max_length=120)
    initiating_dept = forms.ModelChoiceField(
        label=_("Initiating department"), queryset=Department.objects.none(), empty_label=None
    )
    lead_dept = forms.ModelChoiceField(
        label=_("Lead department"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=_("the initiating department"),
        help_text=_("Carries the work once the memorandum is in force"),
    )
    goal = forms.CharField(label=_("Goal"), required=False, widget=forms.Textarea(attrs={"rows": 2, **VAGUE}))
    background = forms.CharField(label=_("Background and significance"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    starts_on = DayField(label=_("Begins on"), required=False)
    ends_on = DayField(label=_("Ends on"), required=False)
    field_order = ["name", "initiating_dept", "lead_dept", "goal", "background", "starts_on", "ends_on", "period"]

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        able = choosable_departments()
        own = user.department
        mine = able.filter(pk=own.pk) | able.filter(head=user) if own and own.head_id else able
        chooser(self, "initiating_dept").queryset = mine
        self.fields["initiating_dept"].initial = own
        chooser(self, "lead_dept").queryset = able


class GoalForm(PeriodMixin, RowForm):
    """Background, goal and period of a project."""

    spans = {"goal": 12, "background": 12, "starts_on": 3, "ends_on": 3, "period": 6}

    class Meta:
        model = Project
        fields = ["goal", "background", "starts_on", "ends_on"]
        field_classes = {"starts_on": DayField, "ends_on": DayField}
        widgets = {
            "goal": forms.Textarea(attrs={"rows": 2, **VAGUE}),
            "background": forms.Textarea(attrs={"rows": 3}),
        }

    field_order = ["goal", "background", "starts_on", "ends_on", "period"]


class SettingsForm(RowForm):
    """Name, code, lead, how progress is counted, and who may know of it."""

    points = forms.DecimalField(
        label=_("Deviation that makes a risk, in percentage points"),
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
        help_text=_("More than this is a risk; exactly this is not"),
    )
    spans = {"name": 6, "code": 3, "lead_dept": 3, "progress_basis": 4, "points": 4, "confidential": 4}

    written_as = {"threshold": "points"}

    class Meta:
        model = Project
        fields = ["name", "code", "lead_dept", "progress_basis", "points", "confidential"]

    def __init__(self, *args: Any, may_hide: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        chooser(self, "lead_dept").empty_label = None
        self.initial["points"] = Decimal(self.instance.threshold) / 100
        if may_hide:
            self.fields["confidential"].help_text = _("Only heads, liaisons, assignees, named readers and auditors know of it")
        else:
            del self.fields["confidential"]

    def validate_unique(self) -> None:
        """The service says that a code is taken."""

    def service_fields(self) -> dict[str, Any]:
        fields = super().service_fields()
        return fields | {"threshold": int(fields.pop("points") * 100)}


class InviteForm(forms.Form):
    """Ask a department to take part."""

    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none(), empty_label="–")
    duty = forms.CharField(label=_("Role and duties, in one line"), max_length=200, required=False)
    spans = {"department": 4, "duty": 8}

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.theirs: dict[str, str] = {}
        asked = project.parties.values("department")
        chooser(self, "department").queryset = choosable_departments().exclude(pk__in=asked)


class LiaisonForm(RowForm):
    """The liaison, and who decides when the liaison may not."""

    liaison_decides = forms.TypedChoiceField(
        label=_("Who decides"),
        choices=[("yes", _("the liaison")), ("no", _("somebody else"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    spans = {"liaison": 4, "duty": 8, "liaison_decides": 4, "asks": 4, "within_hours": 4}

    class Meta:
        model = Party
        fields = ["liaison", "duty", "liaison_decides", "asks", "within_hours"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        party = self.instance
        members = User.objects.filter(is_active=True, department=party.department_id).select_related("department")
        able = members | User.objects.filter(pk=party.head_id).select_related("department")
        chooser(self, "liaison").queryset = able
        self.fields["liaison"].required = True
        chooser(self, "asks").queryset = able
        self.fields["asks"].help_text = _("when the liaison does not decide")
        if party.pk:
            self.initial["liaison_decides"] = "yes" if party.liaison_decides else "no"


class ViewerForm(forms.Form):
    """Let a named person read the project: typed by name, mail, phone or staff number."""

    viewer = forms.CharField(label=_("Name, mail or staff number"), max_length=254)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""

    def clean_viewer(self) -> User:
        said = self.cleaned_data["viewer"].strip()
        names = ("name", "username__iexact", "email__iexact", "phone", "staff_no__iexact")
        anyhow = reduce(or_, (models.Q(**{name: said}) for name in names))
        found = list(User.objects.filter(anyhow, is_active=True)[:2])
        if not found:
            raise forms.ValidationError(gettext("Nobody is known as “%s”.") % said)
        if len(found) > 1:
            raise forms.ValidationError(gettext("Several people are called “%s”; give the staff number.") % said)
        return found[0]
