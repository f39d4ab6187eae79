"""Figures of all tasks are written anew each evening: pages half full take the new row beside the old (PostgreSQL)."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import migrations


def set_room(share: int) -> Callable[[Any, Any], None]:
    def run(_apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE tracking_taskfigures SET (fillfactor = {share})")

    return run


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tracking", "0005_habits")]
    operations: ClassVar = [migrations.RunPython(set_room(50), set_room(100))]
