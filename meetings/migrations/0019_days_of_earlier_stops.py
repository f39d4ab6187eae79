"""Series that were stopped before keep their day."""

from typing import Any

from django.db import migrations
from django.db.models import F


def keep_the_day(apps: Any, _editor: Any) -> None:
    """The last day of a stopped series was the day that was said, or an earlier end of its project."""
    apps.get_model("meetings", "Series").objects.exclude(stop_reason="").update(stop_day=F("last_on"))


class Migration(migrations.Migration):
    dependencies = [("meetings", "0018_own_day_of_a_stop")]
    operations = [migrations.RunPython(keep_the_day, migrations.RunPython.noop)]
