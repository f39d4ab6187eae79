"""The shared clock, walked from one thing that is due to the next: no deadline, no end of a meeting, no evening is left out."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db.models import Min

from activity.models import Clock, ClockStep, Delivery
from common import clock
from meetings.models import Meeting
from tests.servers import wait_for

ZONE = "Asia/Shanghai"
HERE = ZoneInfo(ZONE)
EVENING = time(18)  # the one hour of the day that the schedule knows: scan and digest; all else that falls due has a row
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day where the sample lives."""
    return clock.local(day, time(hour, minute), ZONE)


class Walker:
    """Moves the offset that all processes add to the present, and runs the sweep at every stop."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.stops: list[datetime] = []

    def begin(self, moment: datetime) -> None:
        """Put the clock to the beginning of the story."""
        self.file.write_text(str((moment - datetime.now(UTC)).total_seconds()), encoding="ascii")

    def to(self, moment: datetime) -> None:
        """Walk to a moment, stopping at whatever is due in between."""
        self.settle()
        while (stop := min(self._next(), moment)) < moment:
            self._stop(stop)
        if moment > clock.now():
            self._stop(moment)

    def _stop(self, moment: datetime) -> None:
        if moment > clock.now():
            self.begin(moment)
        self.stops.append(moment)
        call_command("sweep")
        self.settle()

    def _next(self) -> datetime:
        """The next moment after now at which anything falls due: an evening, a step of a clock, the end of a meeting, a mail."""
        now = clock.now()
        today = now.astimezone(HERE).date()
        coming = [clock.local(today + timedelta(days), EVENING, ZONE) for days in (0, 1)]
        coming += [
            ClockStep.objects.filter(done_at=None, clock__stopped_at=None, at__gt=now).aggregate(it=Min("at"))["it"],
            Clock.objects.filter(stopped_at=None, breached_at=None, due_at__gt=now).aggregate(it=Min("due_at"))["it"],
            Meeting.objects.filter(state=Meeting.State.PLANNED, ends_at__gt=now).aggregate(it=Min("ends_at"))["it"],
            Delivery.objects.filter(state="pending", next_attempt_at__gt=now).aggregate(it=Min("next_attempt_at"))["it"],
        ]
        return min(moment for moment in coming if moment and moment > now) + SECOND

    def settle(self) -> None:
        """Wait until the worker has sent what is due: real mail takes less time than people."""
        waiting = Delivery.objects.filter(channel=Delivery.Channel.MAIL, state__in=["pending", "sending"])
        wait_for(lambda: not waiting.filter(next_attempt_at__lte=clock.now()).exists(), 20, "the mail")
