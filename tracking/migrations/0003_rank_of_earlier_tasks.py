"""Tasks that were there keep their order."""

from typing import Any

from django.db import migrations

from common import ranks


def give_ranks(apps: Any, _schema: Any) -> None:
    """Each task a key of its own, in the order in which it stood."""
    tasks = apps.get_model("tracking", "Task")
    for key in tasks.objects.order_by("project_id", "level", "order", "id").values_list("pk", flat=True).iterator():
        tasks.objects.filter(pk=key).update(rank=ranks.fresh())


class Migration(migrations.Migration):
    dependencies = [("tracking", "0002_rank")]

    operations = [migrations.RunPython(give_ranks, migrations.RunPython.noop)]
