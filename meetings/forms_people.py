"""Forms that change the people of one meeting; what they refuse stands at the field."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.fields import chooser
from meetings.forms import PersonChoice
from meetings.forms_moving import SeenForm
from meetings.invited import people_to_invite, people_who_chair
from meetings.models import Meeting
from people.models import User


class PersonForm(forms.Form):
    """One more person."""

    person = PersonChoice(label=_("One more person"), empty_label=_("Choose a person"))

    def __init__(self, *args: Any, meeting: Meeting, **more: Any) -> None:
        super().__init__(*args, **more)
        attending = meeting.attendees.filter(in_copy=False).values("user")
        chooser(self, "person").queryset = people_to_invite(meeting.project).exclude(pk__in=attending)


class KeepersForm(SeenForm):
    """Who chairs, who takes the minutes."""

    chair = PersonChoice(label=_("Chair"), empty_label=None)
    recorder = PersonChoice(label=_("Minute taker"), empty_label=None)

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        said = {"chair": meeting.chair.uid, "recorder": meeting.recorder.uid, "seen_version": meeting.version}
        super().__init__(data, initial=said)
        may = Q(pk__in=people_who_chair(meeting.project).values("pk")) | Q(pk__in=[meeting.chair_id, meeting.recorder_id])
        people = User.objects.filter(may).select_related("department").order_by("department_id", "sort_key")
        for name in ("chair", "recorder"):
            chooser(self, name).queryset = people

    def said_of(self, theirs: Mapping[str, object]) -> dict[str, str]:
        return {name: getattr(person, "name", "") for name, person in theirs.items()}
