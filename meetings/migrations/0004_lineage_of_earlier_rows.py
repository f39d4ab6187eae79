"""Resolutions and actions from before are each the first of their line."""

from django.db import migrations
from django.db.models import F


def stand_alone(apps, schema_editor) -> None:
    for name in ("Resolution", "Action", "HistoricalResolution", "HistoricalAction"):
        apps.get_model("meetings", name).objects.update(lineage=F("uid"))


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_meetings_in_full")]
    operations = [migrations.RunPython(stand_alone, migrations.RunPython.noop)]
