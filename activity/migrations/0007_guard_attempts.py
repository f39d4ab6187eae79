"""PostgreSQL itself refuses change and deletion of what came of an attempt to send."""

from django.db import migrations

TABLE = "activity_attempt"


def stand_guard(apps, schema_editor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        f"CREATE TRIGGER {TABLE}_stays BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION activity_stays()"
    )


def stand_down(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_stays ON {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("activity", "0006_attempts")]
    operations = [migrations.RunPython(stand_guard, stand_down)]
