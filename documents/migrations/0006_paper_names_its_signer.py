"""A scan says whose hand it shows; the guard keeps that as it keeps the rest of it."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KNOWN = import_module("documents.migrations.0004_guard_ceremony").FUNCTION
FUNCTION = KNOWN.replace("OLD.blob_id, OLD.signed_on", "OLD.blob_id, OLD.signer_id, OLD.signed_on").replace(
    "NEW.blob_id, NEW.signed_on", "NEW.blob_id, NEW.signer_id, NEW.signed_on"
)


def stand_guard(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)  # its percent signs are no placeholders


def stand_as_before(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(KNOWN, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_known_by_fingerprint"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "papercopy",
            "signer",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunPython(stand_guard, stand_as_before),
    ]
