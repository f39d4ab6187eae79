"""What must stand before pages can be served; each step looks first whether there is anything to do."""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation.reloader import translation_file_changed

from documents.sealing.keys import KeyLacking, ending_soon, prepare_keys
from documents.sealing.probe import try_seal
from people.models import User

log = logging.getLogger(__name__)

Say = Callable[[str], None]
ONE_AT_A_TIME = 7_226_001  # key of PostgreSQL's advisory lock: several machines may start at once


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def prepare_database(say: Say) -> None:
    """Bring the schema up to date, and make the table of the shared cache."""
    with _alone():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("database: bringing the schema up to date")
            call_command("migrate", verbosity=0, interactive=False)
        table = getattr(caches["default"], "_table", None)
        if table and table not in connection.introspection.table_names():
            call_command("createcachetable", verbosity=0)


def _static_state() -> str:
    """Changes whenever a file that pages load does."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def prepare_static(say: Say) -> None:
    """Collect what pages load under names that change with the content."""
    stamp, state = Path(settings.STATIC_ROOT) / ".collected", _static_state()
    if stamp.exists() and stamp.read_text(encoding="ascii") == state:
        return
    say("pages: collecting styles and scripts")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state, encoding="ascii")


def prepare_texts(say: Say) -> None:
    """Compile the catalogues that are newer than what was compiled of them."""
    for source in sorted(settings.BASE_DIR.glob("*/locale/*/LC_MESSAGES/django.po")):
        made = source.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            say("texts: compiling")
            call_command("texts", compile=True, verbosity=0)
            translation_file_changed(None, source.with_suffix(".mo"))  # this process may have read the older ones already
            return


def prepare_seal(say: Say) -> None:
    """The key of the organisation's seal: made at the first start, tried at each. Without it all runs but the sealing."""
    try:
        with _alone():
            done = prepare_keys()
    except (KeyLacking, OSError) as trouble:
        done, lacking = "", str(trouble)
    else:
        lacking = try_seal() or ending_soon()
    if done:
        say(f"seal: {done}")
    if lacking:
        log.error("the seal is in trouble: %s", lacking)
        say(f"seal: {lacking} (signing works all the same; see README, Seal)")


def prepare_samples(say: Say) -> None:
    """Load the sample organisation and projects into an empty database, where samples are wanted."""
    if settings.ENV.samples and not User.objects.exists():
        say("samples: loading, told by the people themselves up to now")
        try:
            call_command("load_samples", verbosity=0)
        except Exception:
            log.exception("the samples could not be loaded")
            say("samples: could not be loaded, see above; the application starts without them")


def prepare(say: Say) -> None:
    """All that pages need, in order."""
    prepare_texts(say)
    prepare_database(say)
    prepare_static(say)
    prepare_seal(say)
    prepare_samples(say)
