"""PostgreSQL itself refuses change and deletion of what was frozen or signed."""

from django.db import migrations

TABLES = ("documents_document", "documents_slot", "documents_signature", "documents_objection", "documents_blob")

FUNCTION = """
CREATE OR REPLACE FUNCTION documents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '%: never deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_TABLE_NAME IN ('documents_signature', 'documents_objection', 'documents_blob') THEN
    RAISE EXCEPTION '%: never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_TABLE_NAME = 'documents_slot' THEN
    IF (OLD.document_id, OLD.department_id, OLD.uid) IS DISTINCT FROM (NEW.document_id, NEW.department_id, NEW.uid)
       OR (OLD.state <> 'open' AND OLD.signer_id <> NEW.signer_id)
       OR (OLD.state = 'signed' AND NEW.state NOT IN ('signed', 'void'))
       OR (OLD.state = 'objected' AND NEW.state <> 'objected') THEN
      RAISE EXCEPTION 'documents_slot: what was signed is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.uid, OLD.kind, OLD.project_id, OLD.content_type_id, OLD.object_id, OLD.version,
      OLD.number, OLD.title, OLD.snapshot, OLD.sha256, OLD.code, OLD.created_at)
     IS DISTINCT FROM
     (NEW.uid, NEW.kind, NEW.project_id, NEW.content_type_id, NEW.object_id, NEW.version,
      NEW.number, NEW.title, NEW.snapshot, NEW.sha256, NEW.code, NEW.created_at)
     OR (OLD.completed_at IS NOT NULL AND OLD.completed_at IS DISTINCT FROM NEW.completed_at)
     OR (OLD.finished_at IS NOT NULL AND OLD.finished_at IS DISTINCT FROM NEW.finished_at)
     OR (OLD.reading_pdf_id IS NOT NULL AND OLD.reading_pdf_id IS DISTINCT FROM NEW.reading_pdf_id)
     OR (OLD.final_pdf_id IS NOT NULL AND OLD.final_pdf_id IS DISTINCT FROM NEW.final_pdf_id)
     OR (OLD.state IN ('complete', 'superseded') AND NEW.state NOT IN ('complete', 'superseded')) THEN
    RAISE EXCEPTION 'documents_document: what was frozen is never changed' USING ERRCODE = 'integrity_constraint_violation';
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
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION documents_stay()"
        )


def stand_down(apps, schema_editor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays ON {table}")
    schema_editor.execute("DROP FUNCTION IF EXISTS documents_stay()")


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunPython(stand_guard, stand_down)]
