"""Forms of a coordination meeting: called in one form, its solution with measures one line each."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import chooser
from common.refusals import Refused
from meetings.forms import DayField, PeopleChoice, time_input
from meetings.invited import people_to_invite
from meetings.measures import MOST, MeasureLine, read_measures
from projects.models import Project
from tracking.forms import ServiceForm
from tracking.issue_forms import LONGEST, IssueForm
from tracking.models import Issue
from tracking.services.issues import Asked

QUARTER = timedelta(minutes=15)
USUAL = 60  # minutes


class CoordinationForm(IssueForm):
    """The issue and its meeting at once; of an issue that is registered already only the meeting is asked."""

    day = DayField(label=_("Day"), required=False)
    begins = forms.TimeField(label=_("Begins"), widget=time_input(), required=False)
    length = forms.IntegerField(label=_("Length in minutes"), min_value=10, max_value=600, initial=USUAL)
    place = forms.CharField(label=_("Place or link"), max_length=120, required=False)
    people = PeopleChoice(label=_("Further people"))

    def __init__(self, project: Project, *args: Any, issue: Issue | None = None, **options: Any) -> None:
        super().__init__(project, *args, **options)
        self.project, self.issue = project, issue
        chooser(self, "people").queryset = people_to_invite(project)
        self.fields["title"].max_length = 100  # type: ignore[attr-defined]
        del self.fields["kind"]
        if issue is not None:
            for name in ("title", "text", "parties", "task"):
                del self.fields[name]

    @property
    def begins_now(self) -> bool:
        """Whether they sit together already."""
        return self.is_bound and bool(self.data.get("now"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.begins_now:
            for name in ("day", "begins"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, _("Say when, or that you sit together already."))
        return data

    def starts_at(self) -> datetime:
        """The moment it begins; now means the next full minute."""
        if self.begins_now:
            return clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
        return clock.local(self.cleaned_data["day"], self.cleaned_data["begins"], self.project.time_zone)

    def said(self) -> dict[str, Any]:
        """The arguments of the service."""
        data, starts_at = self.cleaned_data, self.starts_at()
        meeting: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=data["length"])}
        meeting |= {"place": data["place"], "people": list(data["people"])}
        if self.issue is not None:
            return meeting | {"issue_uid": self.issue.uid}
        task = data["task"]
        issue = {name: data[name] for name in ("title", "text", "parties")}
        return meeting | issue | {"task_uid": task.uid if task is not None else None}

    def take(self, refusal: Refused) -> None:
        """Put a refusal where it belongs."""
        name = {"starts_at": "begins", "ends_at": "length", "attendees": "people"}.get(refusal.field or "", refusal.field)
        self.add_error(name if name in self.fields else None, str(refusal))


def usual_beginning(project: Project) -> dict[str, Any]:
    """In an hour, at the next quarter."""
    soon = (clock.now() + timedelta(hours=1)).astimezone(ZoneInfo(project.time_zone))
    past = timedelta(minutes=soon.minute % 15, seconds=soon.second, microseconds=soon.microsecond)
    start = soon + (QUARTER - past if past else timedelta())
    return {"day": start.date(), "begins": start.time()}


class SolutionForm(ServiceForm):
    """What was decided, and its measures, one line each."""

    solution = forms.CharField(
        label=_("What was decided"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    measures = forms.CharField(
        label=_("Measures, one line each"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("@Department until when what, how much")}),
        help_text=_("Each becomes a task of its department at once."),
    )

    def __init__(self, issue: Issue, *args: Any, **options: Any) -> None:
        options["initial"] = {"seen_version": issue.version, "solution": issue.solution} | options.get("initial", {})
        super().__init__(*args, **options)
        self.issue = issue

    def clean_measures(self) -> list[Asked]:
        """Every line names who and until when, or says what it lacks."""
        text = self.cleaned_data["measures"]
        lines = read_measures(text, self.issue.project)
        if len([line for line in text.splitlines() if line.strip()]) > MOST:
            raise forms.ValidationError(_("At most %s measures; more go into tasks of their own.") % MOST, code="many")
        wrong = [line for line in lines if line.asked is None]
        if wrong:
            raise forms.ValidationError([_wrong(line) for line in wrong])
        return [line.asked for line in lines if line.asked is not None]


def _wrong(line: MeasureLine) -> str:
    lacks = "、".join(line.lacks or (str(_("what is to be done")),))
    return str(_("“%(line)s” does not say %(lacks)s.")) % {"line": line.said[:60], "lacks": lacks}
