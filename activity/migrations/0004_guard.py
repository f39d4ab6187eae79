"""PostgreSQL itself refuses change and deletion of what happened and of the chain over it."""

from django.db import migrations

TABLES = ("activity_event", "activity_ledgerentry", "activity_ledgerday")

FUNCTION = """
CREATE OR REPLACE FUNCTION activity_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: never changed, never deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def stand_guard(apps, schema_editor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTION, params=None)  # its percent signs are no placeholders
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION activity_stays()"
        )


def stand_down(apps, schema_editor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays ON {table}")
    schema_editor.execute("DROP FUNCTION IF EXISTS activity_stays()")


class Migration(migrations.Migration):
    dependencies = [("activity", "0003_ledger")]
    operations = [migrations.RunPython(stand_guard, stand_down)]
