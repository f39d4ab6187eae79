"""The day after which a person stopped a series, and who is out of copy of one meeting, are kept by themselves."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0017_people_named_by_hand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalseries",
            name="stop_day",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="series",
            name="stop_day",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="meeting",
            name="not_copied",
            field=models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
    ]
