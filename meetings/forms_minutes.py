"""Forms of distributing and answering minutes; what they refuse stands at the field."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from common import clock
from common.fields import DayField, chooser
from meetings.forms import PersonChoice
from meetings.invited import people_to_invite
from meetings.models import Meeting
from meetings.readers import CLOSE_OF_WORK, usual_answer_by


class PublishForm(forms.Form):
    """Until when one may answer; empty: as usual."""

    answer_on = DayField(
        label=_("Answers until"),
        required=False,
        help_text=_("The close of work of that day; who has not answered by then is named as such."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **more: Any) -> None:
        super().__init__(*args, **more)
        self.zone = meeting.project.time_zone
        self.usual = usual_answer_by(clock.now(), self.zone)
        self.fields["answer_on"].initial = self._day(self.usual)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()

    @property
    def until(self) -> datetime | None:
        """The close of work of the day that was said; nothing where it is the usual one."""
        day = self.cleaned_data["answer_on"]
        if day is None or day == self._day(self.usual):
            return None
        return clock.local(day, CLOSE_OF_WORK, self.zone)


class CopyForm(forms.Form):
    """A person who reads the minutes without attending."""

    person = PersonChoice(label=_("Add somebody in copy"), empty_label=_("Choose a person"))

    def __init__(self, *args: Any, meeting: Meeting, **more: Any) -> None:
        super().__init__(*args, **more)
        attending = meeting.attendees.values("user")
        chooser(self, "person").queryset = people_to_invite(meeting.project).exclude(pk__in=attending)


class ObjectionForm(forms.Form):
    """Why one does not agree to a resolution."""

    text = forms.CharField(
        label=_("What is wrong, and what should it say?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class AnswerForm(forms.Form):
    """What those who keep the minutes answer to an objection."""

    answer = forms.CharField(label=_("Answer"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class RevisionForm(forms.Form):
    """Why there is a new version."""

    reason = forms.CharField(label=_("Why a new version is needed"), max_length=300)
