"""Files on a meeting (rule H5): who reads its minutes sees them; a name that no file can have is cleaned."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from activity.files import attach
from activity.models import Attachment
from common import clock
from common.uploads import check
from meetings.models import Meeting
from people.models import User
from tests.meetings.conftest import KICKOFF


def test_a_file_stands_on_the_meeting_and_beside_its_minutes_under_a_clean_name(
    client: Client, people: dict[str, User], weekly: Meeting
) -> None:
    client.force_login(people["周以宁"])
    with clock.at(KICKOFF):
        upload = check(SimpleUploadedFile("placeholder", "要点".encode()), name="会议\r\n材料.txt")
        attach(actor=people["许知夏"], subject=weekly, project=weekly.project, uploads=[upload])
        assert Attachment.objects.get().name == "会议 材料.txt"
        for url in (f"/meetings/{weekly.uid}/", f"/meetings/{weekly.uid}/minutes/"):
            assert "会议 材料.txt" in client.get(url).content.decode()
