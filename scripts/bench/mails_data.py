"""The data of the distribution: one project, so many people in it, a meeting that all of them attend, its minutes written."""

import argparse
import json
import time
from datetime import timedelta

from simple_history.utils import bulk_create_with_history

from activity.models import Delivery
from common import clock
from meetings.models import Attendee, Meeting, Minutes
from meetings.models.meeting import Kind
from meetings.services import add_action, add_resolution, publish_minutes, write_summary
from people.models import User
from projects.models import Participant
from tests.big import big_project

NOBODY = "!"  # signs in by no password


def main() -> None:
    """Lay the meeting and distribute its minutes; how long that took, as JSON on stdout."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--people", type=int, required=True)
    number = wanted.parse_args().people
    made = big_project(20, people=10)
    chair, department = made.head, made.head.department
    readers = bulk_create_with_history(
        [
            User(username=f"reader{at}", name=f"读者{at:05}", sort_key=f"{at:05}", department=department,
                 email=f"reader{at}@example.com", password=NOBODY)
            for at in range(number)
        ],
        User, batch_size=1000, default_date=clock.now(),
    )  # fmt: skip
    viewers = [Participant(project=made.project, user=user, kind=Participant.Kind.VIEWER) for user in readers]
    Participant.objects.bulk_create(viewers, batch_size=1000)
    now = clock.now()
    meeting = Meeting.objects.create(
        project=made.project, kind=Kind.OTHER, title="季度沟通会", starts_at=now - timedelta(hours=2),
        ends_at=now - timedelta(hours=1), chair=chair, recorder=made.liaison,
    )  # fmt: skip
    Minutes.objects.create(meeting=meeting)
    rows = [Attendee(meeting=meeting, user=user, order=at) for at, user in enumerate(readers)]
    bulk_create_with_history(rows, Attendee, batch_size=1000, default_date=clock.now())
    write_summary(actor=chair, meeting_uid=meeting.uid, seen_version=1, summary="样品测试按期完成,首批铺货方案已达成一致。" * 5)
    for text in ("首批铺货100家门店", "包装方案定为B案", "培训改为线上"):
        add_resolution(actor=chair, meeting_uid=meeting.uid, text=text)
    for text in ("提交铺货清单", "确认培训讲师", "更新物料排期"):
        add_action(actor=chair, meeting_uid=meeting.uid, text=text, owner=made.liaison)
    began = time.monotonic()
    publish_minutes(actor=chair, meeting_uid=meeting.uid)
    took = time.monotonic() - began
    print(json.dumps({"mails": Delivery.objects.filter(channel="mail").count(), "seconds": took}))
