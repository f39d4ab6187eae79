"""The guard knows the columns and tables of the ceremony and the seal."""

from django.db import migrations

NEW_TABLES = ("documents_papercopy", "documents_sealkey")

FUNCTION = """
CREATE OR REPLACE FUNCTION documents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '%: never deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_TABLE_NAME IN ('documents_signature', 'documents_objection', 'documents_blob') THEN
    RAISE EXCEPTION '%: never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_TABLE_NAME = 'documents_papercopy' THEN
    IF (OLD.uid, OLD.slot_id, OLD.blob_id, OLD.signed_on, OLD.uploaded_by_id, OLD.uploaded_at)
       IS DISTINCT FROM (NEW.uid, NEW.slot_id, NEW.blob_id, NEW.signed_on, NEW.uploaded_by_id, NEW.uploaded_at)
       OR (OLD.state <> 'waiting' AND NEW IS DISTINCT FROM OLD) THEN
      RAISE EXCEPTION 'documents_papercopy: never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_TABLE_NAME = 'documents_sealkey' THEN
    IF (OLD.uid, OLD.fingerprint, OLD.certificate, OLD.chain, OLD.not_before, OLD.not_after, OLD.source, OLD.made_at)
       IS DISTINCT FROM
       (NEW.uid, NEW.fingerprint, NEW.certificate, NEW.chain, NEW.not_before, NEW.not_after, NEW.source, NEW.made_at) THEN
      RAISE EXCEPTION 'documents_sealkey: never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_TABLE_NAME = 'documents_slot' THEN
    IF (OLD.document_id, OLD.department_id, OLD.uid, OLD.role, OLD.stage)
       IS DISTINCT FROM (NEW.document_id, NEW.department_id, NEW.uid, NEW.role, NEW.stage)
       OR (OLD.state <> 'open' AND OLD.signer_id <> NEW.signer_id)
       OR (OLD.state = 'signed' AND NEW.state NOT IN ('signed', 'void'))
       OR (OLD.state = 'objected' AND NEW.state <> 'objected') THEN
      RAISE EXCEPTION 'documents_slot: what was signed is never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.uid, OLD.kind, OLD.project_id, OLD.content_type_id, OLD.object_id, OLD.version,
      OLD.number, OLD.title, OLD.snapshot, OLD.sha256, OLD.code, OLD.created_at, OLD.amends_id)
     IS DISTINCT FROM
     (NEW.uid, NEW.kind, NEW.project_id, NEW.content_type_id, NEW.object_id, NEW.version,
      NEW.number, NEW.title, NEW.snapshot, NEW.sha256, NEW.code, NEW.created_at, NEW.amends_id)
     OR (OLD.completed_at IS NOT NULL AND OLD.completed_at IS DISTINCT FROM NEW.completed_at)
     OR (OLD.finished_at IS NOT NULL AND OLD.finished_at IS DISTINCT FROM NEW.finished_at)
     OR (OLD.reading_pdf_id IS NOT NULL AND OLD.reading_pdf_id IS DISTINCT FROM NEW.reading_pdf_id)
     OR (OLD.final_pdf_id IS NOT NULL AND OLD.final_pdf_id IS DISTINCT FROM NEW.final_pdf_id)
     OR (OLD.sealed_pdf_id IS NOT NULL AND OLD.sealed_pdf_id IS DISTINCT FROM NEW.sealed_pdf_id)
     OR (OLD.proof_id IS NOT NULL AND OLD.proof_id IS DISTINCT FROM NEW.proof_id)
     OR (OLD.superseded_by_id IS NOT NULL AND OLD.superseded_by_id IS DISTINCT FROM NEW.superseded_by_id)
     OR (OLD.superseded_at IS NOT NULL AND OLD.superseded_at IS DISTINCT FROM NEW.superseded_at)
     OR (OLD.state = 'superseded' AND NEW.state <> 'superseded')
     OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn')
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
    for table in NEW_TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION documents_stay()"
        )


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_ceremony_and_seal")]
    operations = [migrations.RunPython(stand_guard, migrations.RunPython.noop)]
