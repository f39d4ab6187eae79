"""The organisation's calendar begins as China's, with make-up workdays."""

from django.db import migrations


def fill(apps, schema_editor):
    from people.official_days import official_days

    model = apps.get_model("people", "WorkDay")
    model.objects.bulk_create(
        [model(day=row.day, is_workday=row.is_workday, note=row.note, running=row.running) for row in official_days()]
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
