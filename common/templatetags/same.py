"""What reads the same on every page in one language is drawn once and kept: words, signs, addresses of scripts and pages."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class SameNode(template.Node):
    """Draws its content without any variable, so that nothing of a person or a project can stay in it; once per language."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        drawn = self.drawn.get(language)
        if drawn is None:
            alone = Context(autoescape=context.autoescape)
            with alone.bind_template(context.template):  # type: ignore[arg-type]
                drawn = self.drawn[language] = SafeString(self.nodelist.render(alone))
        return drawn


@register.tag
def same(parser: Parser, _token: Token) -> SameNode:
    """`{% same %} … {% endsame %}`: for words, signs, static files and addresses that need no variable."""
    nodelist = parser.parse(("endsame",))
    parser.delete_first_token()
    return SameNode(nodelist)
