"""Agendas that were laid weeks ahead give way to those that the data write; those of meetings that have begun stay."""

from datetime import datetime
from typing import Any

from django.db import migrations
from django.db.models import Exists, F, OuterRef

from common import clock

WRITTEN_FROM_DATA = ("weekly", "monthly_review")
LAID = (  # how the topics read that each such meeting was given when it was planned
    *("：上周进展与本周计划", ": last week's progress, this week's plan", "需协调事项", "Matters to coordinate"),
    *("关键成果：目标与实际", "Key results: target and actual", "偏差与风险", "Deviations and risks"),
    *("下月计划", "Plan of next month"),
)


def let_the_data_write(apps: Any, _editor: Any) -> None:
    """What has begun is as it was; of what is to come the prefilled topics on which nothing was written go."""
    meetings = apps.get_model("meetings", "Meeting").objects.filter(kind__in=WRITTEN_FROM_DATA, agenda_at__isnull=True)
    now: datetime = clock.now()
    meetings.filter(starts_at__lte=now).update(agenda_at=F("starts_at"))
    item = apps.get_model("meetings", "AgendaItem")
    rows = item.objects.filter(meeting__in=meetings.filter(starts_at__gt=now), notes="", source="")
    for model in ("Resolution", "Action"):
        rows = rows.exclude(Exists(apps.get_model("meetings", model).objects.filter(item=OuterRef("pk"))))
    keys = [pk for pk, title in rows.values_list("pk", "title") if title.endswith(LAID)]
    item.objects.filter(pk__in=keys).delete()


class Migration(migrations.Migration):
    dependencies = [("meetings", "0010_place_of_a_series_and_time_of_calling_off")]
    operations = [migrations.RunPython(let_the_data_write, migrations.RunPython.noop)]
