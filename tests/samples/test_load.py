"""The launch as loaded: nothing dated in the future, the story of the file, and the present of whoever loads it."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models

from activity.models import Clock, Delivery, Event
from collab.samples.launch import load_launch
from collab.samples.people import PASSWORD
from collab.samples.shift import ZONE
from common import clock
from documents.models import Document, Signature
from meetings.models import Meeting, Minutes
from people.models import User
from projects.models import Clause, Memorandum, Project
from tests.samples.test_shift import assert_dates_lie_within
from tracking.models import Risk, Task, TaskFigures

pytestmark = pytest.mark.django_db

EVENING = clock.local(date(2026, 7, 20), time(18), ZONE)
PLANS = {  # what lies ahead because it is planned
    ("activity_clock", "due_at"),
    ("activity_clockstep", "at"),
    ("documents_document", "sign_by"),
    ("meetings_meeting", "starts_at"),
    ("meetings_meeting", "ends_at"),
    ("meetings_historicalmeeting", "starts_at"),
    ("meetings_historicalmeeting", "ends_at"),
}
OF_THE_MACHINE = {"django_migrations", "django_session", "collab_cache"}  # real present: not told by the samples


def stored_moments() -> dict[tuple[str, str], list[datetime]]:
    """Every moment in every column of every table, read by SQL."""
    columns = {
        (model._meta.db_table, field.column): field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.DateTimeField)
    }
    found: dict[tuple[str, str], list[datetime]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                kind = str(connection.introspection.get_field_type(column.type_code, column))
                if kind == "DateTimeField" and table not in OF_THE_MACHINE:
                    assert (table, column.name) in columns, f"{table}.{column.name} belongs to no model"
                    cursor.execute(f'SELECT "{column.name}" FROM "{table}" WHERE "{column.name}" IS NOT NULL')
                    found[table, column.name] = [_moment(row[0]) for row in cursor.fetchall()]
    assert found.keys() == {key for key in columns if key[0] not in OF_THE_MACHINE}
    return found


def _moment(said: datetime | str) -> datetime:
    moment = datetime.fromisoformat(said) if isinstance(said, str) else said
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def load_as_written() -> str:
    out = StringIO()
    call_command("load_samples", "--no-shift", "--until", "2026-07-20", stdout=out)
    return out.getvalue()


def test_as_written_until_20_july_everything_stored_lies_before_that_evening() -> None:
    started = datetime.now(UTC)
    load_as_written()
    found = stored_moments()
    assert sum(len(moments) for moments in found.values()) > 2000
    late = {key: max(moments) for key, moments in found.items() if key not in PLANS and moments and max(moments) > EVENING}
    assert late == {}
    present = {key for key, moments in found.items() if any(moment >= started - timedelta(1) for moment in moments)}
    assert present == set()


def test_as_written_until_20_july_the_stores_of_the_north_deviate_by_13_33() -> None:
    load_as_written()
    task = Task.objects.get(title="华北区铺货")
    row = TaskFigures.objects.get(task=task)
    assert (row.planned, row.actual, row.deviation) == (4000, 2667, 1333)
    risk = Risk.objects.get(task=task)
    assert (risk.state, risk.planned, risk.actual, risk.deviation) == ("open", 4000, 2667, 1333)
    assert risk.opened_at == clock.local(date(2026, 7, 18), time(18), ZONE)
    assert (risk.cause, risk.measure) == ("resource_shortage", "抽调华东2名业务代表支援10天")
    whole = TaskFigures.objects.get(task=task.parent)
    assert (whole.planned, whole.actual, whole.deviation) == (4000, 3600, 400)


def test_the_project_is_in_execution_by_a_memorandum_that_five_heads_signed_on_17_april() -> None:
    load_as_written()
    project = Project.objects.get()
    assert (project.state, project.is_sample, project.code) == ("execution", True, "NPL-2026-01")
    assert not project.gaps.exists()
    memorandum = Memorandum.objects.get()
    assert memorandum.state == "in_force"
    assert memorandum.in_force_at.astimezone(ZoneInfo(ZONE)).date() == date(2026, 4, 17)
    signatures = Signature.objects.filter(slot__document=memorandum.document)
    assert {row.signer.name for row in signatures} == {"林书瑶", "顾承泽", "贺立川", "蒋明远", "宋清越"}
    assert {row.method for row in signatures} == {"replayed"}
    assert Clause.objects.count() == 9
    assert Task.objects.filter(clause__isnull=False, confirmed_at__isnull=False).count() == 9
    assert Task.objects.filter(parent__isnull=False).count() == 6
    assert all(task.assignee for task in Task.objects.select_related("assignee"))


def test_kickoff_minutes_are_signed_by_the_heads_and_filed() -> None:
    load_as_written()
    minutes = Minutes.objects.get(meeting__kind="kickoff")
    assert minutes.state == "archived"
    assert minutes.distributed_at == clock.local(date(2026, 4, 15), time(10, 20), ZONE)
    assert minutes.archived_at == clock.local(date(2026, 4, 15), time(17), ZONE)
    assert minutes.document.state == Document.State.COMPLETE
    assert minutes.document.completed_at < minutes.archived_at
    assert not minutes.readers.filter(confirmed_at__isnull=True).exists()


def test_minutes_of_past_meetings_went_out_in_time_but_for_one_whose_clock_runs() -> None:
    load_as_written()
    running = Clock.objects.filter(kind="minutes", stopped_at__isnull=True)
    minutes = Minutes.objects.select_related("meeting").get(pk=running.get().object_id)
    assert "华北铺货" in minutes.meeting.title
    assert minutes.state == "draft"
    assert minutes.meeting.ended_at == EVENING - timedelta(hours=2)
    assert running.get().due_at == EVENING + timedelta(hours=22)
    assert not Clock.objects.filter(breached_at__isnull=False).exists()
    past = Minutes.objects.filter(meeting__ends_at__lt=EVENING).exclude(pk=minutes.pk)
    assert past.count() > 15
    assert {row.state for row in past} == {"archived"}
    assert not Meeting.objects.filter(ends_at__lt=EVENING, state="planned").exists()


def test_the_weekly_meeting_follows_its_rule_past_the_holiday() -> None:
    load_as_written()
    weekly = Meeting.objects.filter(kind="weekly", starts_at__lt=EVENING)
    days = [row.starts_at.astimezone(ZoneInfo(ZONE)).date() for row in weekly]
    assert days[:4] == [date(2026, 4, 20), date(2026, 4, 27), date(2026, 5, 6), date(2026, 5, 11)]
    assert len(days) == 14
    assert Meeting.objects.filter(kind="weekly", starts_at__gt=EVENING).exists()


def test_nothing_leaves_the_application(settings: object) -> None:
    settings.MAIL_CONFIGURED = True  # type: ignore[attr-defined]
    load_as_written()
    assert Event.objects.count() > 300
    assert not Delivery.objects.exclude(channel=Delivery.Channel.IN_APP).exists()


def test_the_command_names_the_accounts_and_what_it_passes_over() -> None:
    said = load_as_written()
    assert PASSWORD in said
    assert "guoyanqiu" in said
    assert "I2 供应链断裂导致原材料延期" in said
    assert "C1 简化非核心推广功能" in said
    assert "原材料延期临时协调会" in said
    assert User.objects.get(username="guoyanqiu").check_password(PASSWORD)


def test_samples_are_loaded_once() -> None:
    load_as_written()
    with pytest.raises(CommandError):
        call_command("load_samples", stdout=StringIO())
    assert Project.objects.count() == 1


def test_an_evening_that_has_not_come_is_refused_and_leaves_nothing() -> None:
    with clock.at(EVENING - timedelta(minutes=1)), pytest.raises(CommandError):
        load_as_written()
    assert not User.objects.exists()


@pytest.mark.parametrize("hour", [9, 19])
@pytest.mark.parametrize("day", range(7))
def test_loaded_on_any_day_nothing_is_in_the_future(day: int, hour: int) -> None:
    """From Saturday 19:00 to the next Saturday 09:00 of a week in autumn."""
    saturday = date(2026, 11, 21)
    now = clock.local(saturday + timedelta(day if hour == 19 else day + 1), time(hour), ZONE)
    with clock.at(now):
        story = load_launch()
    late = {key for key, moments in stored_moments().items() if key not in PLANS and moments and max(moments) > now}
    assert late == set()
    risk = Risk.objects.get(task__uid=story.tasks["T8c"])
    assert risk.opened_at == clock.local(saturday, time(18), ZONE)
    recovered = clock.local(saturday + timedelta(6), time(17), ZONE)
    assert risk.state == ("open" if now < recovered else "monitoring")
    assert not Risk.objects.exclude(pk=risk.pk).filter(state="open").exists()
    running = Clock.objects.get(kind="minutes", stopped_at__isnull=True, title__contains="华北铺货")
    assert running.due_at == now + timedelta(hours=22)
    assert_texts_lie_within_the_period(story.project)


def assert_texts_lie_within_the_period(project: Project) -> None:
    """No date, quarter, season or year in a stored text lies outside the period of the project."""
    assert project.starts_on
    assert project.ends_on
    for model in apps.get_models():
        texts = [field.name for field in model._meta.local_fields if isinstance(field, models.CharField | models.TextField)]
        if model._meta.app_label in ("people", "contenttypes", "sessions") or not texts:
            continue
        for row in model._default_manager.values_list(*texts):
            for text in row:
                if text and not str(text).startswith(("/", "{", "2026-")):
                    assert_dates_lie_within(str(text), project.starts_on, project.ends_on)
