"""Which tasks are wholes is found in an index of its own: the board's counts ask it over all tasks."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tracking", "0006_room_for_figures")]

    operations: ClassVar = [
        migrations.AddIndex(
            "task",
            models.Index(
                condition=models.Q(("parent__isnull", False), models.Q(("state", "cancelled"), _negated=True)),
                fields=["project", "parent"],
                name="task_below_another",
            ),
        )
    ]
