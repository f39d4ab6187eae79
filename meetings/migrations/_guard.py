"""PostgreSQL itself refuses change and deletion of distributed minutes and of certificates."""

TABLES = ("meetings_minutes", "meetings_certificate", "meetings_certificatepaper")

FUNCTION = """
CREATE OR REPLACE FUNCTION meetings_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME <> 'meetings_minutes' THEN
    RAISE EXCEPTION '%: never changed, never deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.distributed_at IS NOT NULL THEN
      RAISE EXCEPTION 'meetings_minutes: what was distributed is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.distributed_at IS NOT NULL AND (
      (OLD.uid, OLD.meeting_id, OLD.edition, OLD.content, OLD.content_sha256, OLD.by_system, OLD.distributed_at)
      IS DISTINCT FROM
      (NEW.uid, NEW.meeting_id, NEW.edition, NEW.content, NEW.content_sha256, NEW.by_system, NEW.distributed_at)
      OR (OLD.event_id IS NOT NULL AND OLD.event_id IS DISTINCT FROM NEW.event_id)
      OR (OLD.check_code <> '' AND OLD.check_code <> NEW.check_code)) THEN
    RAISE EXCEPTION 'meetings_minutes: what was distributed is never changed' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""


def stand_guard(apps, schema_editor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTION, params=None)  # its percent signs are no placeholders
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION meetings_stay()"
        )


def stand_down(apps, schema_editor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays ON {table}")
    schema_editor.execute("DROP FUNCTION IF EXISTS meetings_stay()")
