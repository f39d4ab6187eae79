"""A bare loop over smtplib: the same messages, one connection, nothing written down; messages a second as JSON on stdout."""

import json
import smtplib
import time

from django.conf import settings

from activity.mail import write
from activity.models import Delivery
from activity.outbox import share_events
from common.batches import batched


def main() -> None:
    """Only the sending is measured, not the writing of the messages."""
    spent, sent, size = 0.0, 0, 0
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
        rows = Delivery.objects.filter(channel="mail").select_related("notice__reader").order_by("pk")
        for some in batched(rows.iterator(), 100):
            share_events(some)
            messages = [(row.address, write(row).raw) for row in some]
            began = time.perf_counter()
            for address, raw in messages:
                server.sendmail("collab@localhost", [address], raw)
            spent += time.perf_counter() - began
            sent += len(messages)
            size += sum(len(raw) for _address, raw in messages)
    print(json.dumps({"rate": sent / spent, "bytes": size / sent, "sent": sent}))
