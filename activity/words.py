"""How files and comments read."""

from django.utils.translation import gettext_lazy as _

from common.ports import say

say("file.attached", _("{actor} attached to “{title}”: {files}"), kind="talk")
say("file.removed", _("{actor} removed the file {file} from “{title}”"), kind="talk")
say("file.restored", _("{actor} brought the file {file} back to “{title}”"), kind="talk")
say("comment.made", _("{actor} commented on “{title}”: {text}"), kind="talk")
say(
    "ledger.heads_kept",
    _("The operation log was sealed on {title}; the file for your records is in the mail"),
    kind="people",
    mail=True,
)
