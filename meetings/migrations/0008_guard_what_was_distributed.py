"""PostgreSQL itself refuses change and deletion of distributed minutes and of certificates."""

from django.db import migrations

from meetings.migrations._guard import stand_down, stand_guard


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_check_codes_of_earlier_minutes")]
    operations = [migrations.RunPython(stand_guard, stand_down)]
