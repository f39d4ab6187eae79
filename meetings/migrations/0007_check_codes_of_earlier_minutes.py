"""Minutes that were distributed before there were check codes get theirs."""

from django.db import migrations

from documents.codes import new_code


def give_codes(apps, schema_editor) -> None:
    for minutes in apps.get_model("meetings", "Minutes").objects.filter(distributed_at__isnull=False, check_code="").only("pk"):
        minutes.check_code = new_code()
        minutes.save(update_fields=["check_code"])


class Migration(migrations.Migration):
    dependencies = [("meetings", "0006_certificates_by_what_they_cover")]
    operations = [migrations.RunPython(give_codes, migrations.RunPython.noop)]
