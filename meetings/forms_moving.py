"""Forms that move meetings: one, it and all that follow, or a whole series; what they refuse stands at the field."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common import saying
from common.fields import chooser, retype
from common.refusals import Conflict, Refused
from common.typed import whole_number
from meetings.forms import DayField, PeopleChoice, PersonChoice, WindowForm, refuse, time_input
from meetings.invited import people_to_invite, people_who_chair
from meetings.models import Meeting, Series
from meetings.services.series import SeriesPeople, weekdays
from people.models import User

WEEKDAYS = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
THIS, FOLLOWING = "this", "following"


class SeenForm(forms.Form):
    """A form on a row that others change, too: it says which version it saw, and shows what was saved meanwhile."""

    seen_version = forms.CharField(widget=forms.HiddenInput, required=False)
    theirs: Mapping[str, str] = {}

    def clean_seen_version(self) -> int | None:
        return whole_number(self.cleaned_data["seen_version"])

    def take(self, refusal: Refused, version: int) -> int:
        """Put a refusal where it belongs, beside both values where somebody saved in between; the status of the answer."""
        if not isinstance(refusal, Conflict):
            refuse(self, refusal)
            return 428 if refusal.code == "unseen" else 422
        retype(self, {"seen_version": version})
        self.theirs = self.said_of(refusal.theirs)
        self.add_error(None, str(refusal))
        return refusal.status

    def said_of(self, theirs: Mapping[str, object]) -> dict[str, str]:
        """Saved values by field, in words."""
        return {name: _words(value) for name, value in theirs.items()}


def _words(value: object) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


class MoveForm(SeenForm, WindowForm):
    """Put a planned meeting at another time or place; one of a series alone, or with all that follow."""

    scope = forms.ChoiceField(
        label=_("Applies to"),
        choices=[(THIS, _("this meeting alone")), (FOLLOWING, _("this and all that follow"))],
        widget=forms.RadioSelect,
        initial=THIS,
    )
    field_order = ["day", "begins", "until", "place", "scope"]

    def __init__(self, meeting: Meeting, data: Any = None) -> None:
        self.zone = ZoneInfo(meeting.project.time_zone)
        starts, ends = meeting.starts_at.astimezone(self.zone), meeting.ends_at.astimezone(self.zone)
        said = {
            "day": starts.date(), "begins": starts.time(), "until": ends.time(), "place": meeting.place,
            "seen_version": meeting.version,
        }  # fmt: skip
        super().__init__(data, initial=said)
        if meeting.series_id is None:
            del self.fields["scope"]

    @property
    def all_follow(self) -> bool:
        return self.cleaned_data.get("scope") == FOLLOWING

    def said_of(self, theirs: Mapping[str, object]) -> dict[str, str]:
        said = {name: value.astimezone(self.zone) for name, value in theirs.items() if isinstance(value, datetime)}
        words = {"place": str(theirs.get("place") or "–")}
        if "starts_at" in said and "ends_at" in said:
            words["day"] = saying.full_words(said["starts_at"].date())
            words |= {"begins": f"{said['starts_at']:%H:%M}", "until": f"{said['ends_at']:%H:%M}"}
        return words


class CancelForm(SeenForm):
    """Why a meeting is cancelled or was not held; one of a series alone, or with all that follow."""

    reason = forms.CharField(label=_("Why it was not held"), max_length=200)
    scope = forms.ChoiceField(
        label=_("Applies to"),
        choices=[(THIS, _("this meeting alone")), (FOLLOWING, _("this and all that follow"))],
        widget=forms.RadioSelect,
        initial=THIS,
    )

    def __init__(self, meeting: Meeting, data: Any = None, *, may_stop: bool) -> None:
        super().__init__(data, initial={"seen_version": meeting.version})
        if not may_stop:
            del self.fields["scope"]

    @property
    def all_follow(self) -> bool:
        return self.cleaned_data.get("scope") == FOLLOWING


class StopForm(SeenForm):
    """After which day, and why, a series has no more meetings."""

    last_on = DayField(label=_("Last meeting on"), help_text=_("On that day or before it one meets for the last time."))
    reason = forms.CharField(label=_("Why it is stopped"), max_length=200)

    def __init__(self, series: Series, data: Any = None) -> None:
        said = {"last_on": series.last_on, "reason": series.stop_reason} if series.stop_reason else {}
        super().__init__(data, prefix="stop", initial={"seen_version": series.version} | said)

    def said_of(self, theirs: Mapping[str, object]) -> dict[str, str]:
        words = super().said_of(theirs)
        last_on = theirs.get("last_on")
        return words | {"last_on": saying.full_words(last_on) if isinstance(last_on, date) else "–"}


class SeriesForm(SeenForm):
    """When and where a series meets; all its meetings still to come move with it."""

    weekday = forms.TypedChoiceField(label=_("Weekday"), coerce=int)
    rule = forms.ChoiceField(
        label=_("Repeats"),
        choices=[
            (Series.Rule.LAST_WORKDAY, Series.Rule.LAST_WORKDAY.label),
            (Series.Rule.MONTH_DAY, Series.Rule.MONTH_DAY.label),
        ],
    )
    month_day = forms.IntegerField(
        label=_("Day of the month"), min_value=1, max_value=31, required=False,
        help_text=_("Only with “A day of the month”; a shorter month: its last day."),
    )  # fmt: skip
    at = forms.TimeField(label=_("Time"), widget=time_input())
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=5, max_value=480)
    place = forms.CharField(label=_("Place or link"), max_length=120, required=False)
    recorder = PersonChoice(label=_("Minute taker"), required=False, empty_label=_("The chair"))
    copies = PeopleChoice(label=_("In copy of each meeting"), help_text=_("They get the minutes and confirm nothing."))

    def __init__(self, series: Series, data: Any = None) -> None:
        names = ("weekday", "rule", "month_day", "at", "minutes", "place")
        said = {name: getattr(series, name) for name in names} | {"seen_version": series.version}
        copied = list(series.copies.all())
        said |= {"recorder": series.recorder and series.recorder.uid, "copies": [user.uid for user in copied]}
        super().__init__(data, initial=said)
        self._choose("recorder", people_who_chair(series.project), [series.recorder_id])
        self._choose("copies", people_to_invite(series.project), [user.pk for user in copied])
        is_weekly = series.rule == Series.Rule.WEEKLY
        for name in ("rule", "month_day") if is_weekly else ("weekday",):
            del self.fields[name]
        if is_weekly:
            chosen = {*weekdays(), series.weekday}
            self.fields["weekday"].choices = [(day, WEEKDAYS[day]) for day in sorted(chosen)]  # type: ignore[attr-defined]

    def _choose(self, name: str, people: QuerySet[User], now: Sequence[int | None]) -> None:
        """Whom one may choose, and who is chosen already."""
        may = Q(pk__in=people.values("pk")) | Q(pk__in=now)
        chooser(self, name).queryset = User.objects.filter(may).select_related("department").order_by("department_id", "sort_key")

    def said(self) -> dict[str, Any]:
        """The arguments of the service."""
        said = dict(self.cleaned_data)
        return said | {"people": SeriesPeople(said.pop("recorder"), list(said.pop("copies")))}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("rule") == Series.Rule.MONTH_DAY and not said.get("month_day") and "month_day" not in self.errors:
            self.add_error("month_day", _("Name the day of the month."))
        return said

    def said_of(self, theirs: Mapping[str, object]) -> dict[str, str]:
        words = super().said_of(theirs)
        if "weekday" in theirs:
            words["weekday"] = str(WEEKDAYS[int(str(theirs["weekday"]))])
        if "rule" in theirs:
            words["rule"] = str(Series.Rule(str(theirs["rule"])).label)
        if "recorder" in theirs:
            words["recorder"] = str(getattr(theirs["recorder"], "name", _("The chair")))
        if isinstance(theirs.get("copies"), list):
            words["copies"] = str(_(", ")).join(user.name for user in theirs["copies"]) or "–"  # type: ignore[attr-defined]
        return words | ({"place": "–"} if words.get("place") == "" else {})
