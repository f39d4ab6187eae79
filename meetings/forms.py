"""Forms of meetings and minutes; what they refuse stands at the field."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import clock
from common.dates import NoSuchDay, read_day
from common.fields import chooser
from common.refusals import Refused
from meetings.invited import departments_of, people_to_invite, people_who_chair
from meetings.models import Meeting
from meetings.models.meeting import Kind
from people import calendar
from people.models import Department, User
from projects.models import Project


class DayField(forms.CharField):
    """A day as people say it: 2026-06-30, 6月30日."""

    def __init__(self, **said: Any) -> None:
        said.setdefault("widget", forms.TextInput(attrs={"type": "date"}))
        super().__init__(**said)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, date) or not value:
            return value or None
        try:
            return read_day(str(value), clock.now().date())
        except NoSuchDay as trouble:
            raise forms.ValidationError(str(trouble)) from None

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class PersonChoice(forms.ModelChoiceField):
    """People by their random id, with their department."""

    def __init__(self, **said: Any) -> None:
        super().__init__(queryset=User.objects.none(), to_field_name="uid", **said)

    def label_from_instance(self, user: Any) -> str:
        return f"{user.name} · {user.department or ''}"


class PeopleChoice(forms.ModelMultipleChoiceField):
    """Several people, as boxes to tick."""

    def __init__(self, **said: Any) -> None:
        super().__init__(
            queryset=User.objects.none(), to_field_name="uid", widget=forms.CheckboxSelectMultiple, required=False, **said
        )

    def label_from_instance(self, user: Any) -> str:
        return f"{user.name} · {user.department or ''}"


def time_input() -> forms.TimeInput:
    """A time of the day, to the minute."""
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def refuse(form: forms.Form, refusal: Refused) -> None:
    """Put a service's refusal where it belongs: at its field, else over the form."""
    name = {"starts_at": "begins", "ends_at": "until", "ended_at": "ended"}.get(refusal.field or "", refusal.field)
    form.add_error(name if name in form.fields else None, str(refusal))


class WindowForm(forms.Form):
    """A day with begin and end, in the project's time zone."""

    day = DayField(label=_("Day"))
    begins = forms.TimeField(label=_("Begins"), widget=time_input())
    until = forms.TimeField(label=_("Ends"), widget=time_input())
    place = forms.CharField(label=_("Place or link"), max_length=120, required=False)

    def window(self, project: Project) -> dict[str, datetime]:
        said = self.cleaned_data
        return {
            "starts_at": clock.local(said["day"], said["begins"], project.time_zone),
            "ends_at": clock.local(said["day"], said["until"], project.time_zone),
        }


class CallForm(WindowForm):
    """Call a meeting; what is left out is as usual for its kind. One on an issue has a form of its own."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[said for said in Kind.choices if said[0] != Kind.COORDINATION])
    title = forms.CharField(label=_("Title"), max_length=120, required=False, help_text=_("Left empty: the kind is its title."))
    chair = PersonChoice(label=_("Chair"), required=False, empty_label=_("As usual for this kind"))
    recorder = PersonChoice(label=_("Minute taker"), required=False, empty_label=_("The chair"))
    attendees = PeopleChoice(
        label=_("Attendees"),
        help_text=_(
            "Nobody ticked: the liaisons for a weekly meeting, the heads for a monthly review, else all heads and liaisons."
        ),
    )
    copies = PeopleChoice(label=_("In copy"), help_text=_("They get the minutes and confirm nothing."))
    field_order = ["kind", "title", "day", "begins", "until", "place", "chair", "recorder", "attendees", "copies"]

    def __init__(self, *args: Any, project: Project, **more: Any) -> None:
        super().__init__(*args, **more)
        chairs = people_who_chair(project)
        self._people("chair", chairs)
        self._people("recorder", chairs)
        self._people("attendees", people_to_invite(project))
        self._people("copies", people_to_invite(project))

    def _people(self, name: str, people: Any) -> None:
        chooser(self, name).queryset = people

    def said(self, project: Project) -> dict[str, Any]:
        """The arguments of the service."""
        data = self.cleaned_data
        return {
            "kind": data["kind"],
            "title": data["title"].strip() or str(Kind(data["kind"]).label),
            "chair": data["chair"],
            "recorder": data["recorder"],
            "attendees": list(data["attendees"]) or None,
            "copies": list(data["copies"]),
            "place": data["place"],
            **self.window(project),
        }


class EndForm(forms.Form):
    """The actual end, asked for only when the button is pressed long after the planned one."""

    ended = forms.DateTimeField(
        label=_("It ended at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        required=False,
    )

    def __init__(self, *args: Any, project: Project, **more: Any) -> None:
        super().__init__(*args, **more)
        self.zone = ZoneInfo(project.time_zone)

    def clean_ended(self) -> datetime | None:
        """What was typed is the project's time, as everything that its pages show."""
        ended = self.cleaned_data["ended"]
        return timezone.make_naive(ended).replace(tzinfo=self.zone) if ended else None


class TopicForm(forms.Form):
    """A topic for the agenda."""

    title = forms.CharField(label=_("Topic"), max_length=200)
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), to_field_name="uid", required=False
    )

    def __init__(self, *args: Any, project: Project, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["title"].widget.attrs["placeholder"] = _("A topic for this meeting alone")
        chooser(self, "department").queryset = departments_of(project)


def usual_kind(project: Project) -> str:
    """The preliminary meeting while a project is prepared that has none yet; else a meeting like any other."""
    is_prepared = project.state == Project.State.PREPARATION
    if is_prepared and not project.meetings.filter(kind=Kind.PRE_KICKOFF).exclude(state=Meeting.State.NOT_HELD).exists():
        return Kind.PRE_KICKOFF
    return Kind.OTHER


def usual_window(project: Project) -> dict[str, Any]:
    """The next workday after noon, as a proposal."""
    return {"day": calendar.next_workday(project.today + timedelta(1)), "begins": time(14), "until": time(15)}


class NotNeededForm(forms.Form):
    """Why the memorandum does not need a resolution."""

    reason = forms.CharField(label=_("Why it is not needed"), max_length=200)
