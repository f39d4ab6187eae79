"""Which tests run on which database: PostgreSQL judges every rule, for it is what serves many.

SQLite, which serves a small house or a trial, is asked again only where it may answer differently: SQL of our own, constraints,
locks and what stands in Redis's place; beside these one test of pages for each app, and the sample as it is loaded there.
"""

from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent

# what asks no database, or starts one of its own, runs once, beside SQLite
WITHOUT_DATABASE = (
    "activity/test_check_upload.py", "collab/test_signs.py", "documents/test_seal_checks.py", "documents/test_wording.py",
    "house/test_history_kept.py", "house/test_layers.py",
    "house/test_one_clock.py", "house/test_shape.py", "house/test_where.py", "meetings/test_recurrence_zones.py",
    "samples/test_shift.py",
    "tracking/test_deviation.py", "tracking/test_pasting.py",
)  # fmt: skip

BRINGS_ITS_OWN = ("house/test_compose.py", "house/test_serve.py")
ONCE = (*WITHOUT_DATABASE, *BRINGS_ITS_OWN)

# modules that speak SQL of their own, or differ by database, and what tries them on both
OWN_SQL = {
    "activity/outbox.py": "activity/test_deliver_mail.py",
    "activity/live/cursor.py": "activity/test_live_cursor.py",
    "activity/live/stream.py": "activity/test_live_streams.py",
    "activity/many.py": "tracking/test_scan_many.py",
    "collab/health.py": "collab/test_frame.py",
    "collab/preparing.py": "house/test_compose.py",
    "common/adding.py": "activity/test_clocks.py",
    "common/again.py": "tracking/test_report_progress.py",
    "common/api/rows.py": "api/test_lists.py",
    "common/turns.py": "tracking/test_scan_sql.py",
    "people/working_days.py": "people/test_working_days.py",
    "tracking/queries/filter_bar.py": "tracking/test_filters.py",
    "tracking/scan_many.py": "tracking/test_scan_many.py",
    "tracking/scan_sql.py": "tracking/test_scan_sql.py",
    "tracking/services/places.py": "tracking/test_place_task.py",
    "tracking/upward.py": "tracking/test_upward.py",
}

# constraints, locks, the outbox, and what Redis does elsewhere: cache, doorbell, keys of acts
CONSTRAINTS_AND_MODE = (
    "activity/test_clocks.py", "activity/test_live_poll.py", "activity/test_outbox_live.py", "activity/test_seal_events.py",
    "api/test_fifty_people.py",
    "api/test_once.py", "documents/test_frozen_document.py", "documents/test_sign_on_paper.py",
    "house/test_memory.py", "meetings/test_minutes_survive.py",
    "people/test_asked_again.py", "people/test_sign_in.py", "projects/test_save_node.py", "tracking/test_saved_views.py",
)  # fmt: skip

# for each app a test of its pages
PAGES = {
    "activity": "activity/test_serve_files.py",
    "collab": "collab/test_desk.py",
    "documents": "documents/test_document_pages.py",
    "lifecycle": "lifecycle/test_frame.py",
    "meetings": "meetings/test_meeting_pages.py",
    "people": "people/test_organisation.py",
    "projects": "projects/test_goal_page.py",
    "tracking": "tracking/test_pages.py",
}
SAMPLE = ("samples/test_load_now.py",)

ON_BOTH = tuple(sorted({*OWN_SQL.values(), *CONSTRAINTS_AND_MODE, *PAGES.values(), *SAMPLE} - set(ONCE)))

# begun first: a process works through a whole file, and nobody should wait for the last one
LONGEST = ("browser/test_the_whole_loop.py", "browser/test_axe.py", "browser/test_amendment_loop.py")


def every_file() -> Iterator[str]:
    """All files of tests, as they are named here, the longest first."""
    yield from LONGEST
    yield from sorted({str(file.relative_to(TESTS)) for file in TESTS.rglob("test_*.py")} - set(LONGEST))
