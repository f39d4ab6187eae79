"""Minutes of twenty meetings while workers are killed, the broker is wiped and the mail server goes away (rule D4).

The large run is `python -m scripts.chaos`; both are judged alike, by the mail server's log and counts by SQL.
"""

from pathlib import Path

import pytest
from django.conf import settings

from scripts.chaos.__main__ import begin, go, told
from tests import database
from tests.servers import Redis, environment, free_port, running

NUMBERS = (20, 6, 7)  # meetings, attendees, seed


@pytest.mark.live
@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nobody_gets_a_mail_twice_without_a_crash(tmp_path: Path) -> None:
    redis, clock = Redis(), tmp_path / "clock"
    clock.write_text("0", encoding="ascii")
    with running(redis):
        env = environment(
            DATABASE_URL=database.database_url(), REDIS_URL=redis.url, COLLAB_DATA=str(settings.ENV.data),
            SMTP_URL=f"smtp://127.0.0.1:{free_port()}", COLLAB_TEST_CLOCK=str(clock),
        )  # fmt: skip
        begin(env, NUMBERS)
        lines = go(env, tmp_path, NUMBERS, lambda _said: None)
    assert not any(line.holds is False for line in lines), told(lines)
