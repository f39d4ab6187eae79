"""A sort key takes the place of the number among siblings."""

from django.db import migrations, models

import common.ranks


class Migration(migrations.Migration):
    dependencies = [("tracking", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(name="task", options={"ordering": ["rank", "id"]}),
        migrations.AddField("task", "rank", models.CharField(max_length=500, default=common.ranks.fresh)),
        migrations.AddField("historicaltask", "rank", models.CharField(max_length=500, default=common.ranks.fresh)),
    ]
