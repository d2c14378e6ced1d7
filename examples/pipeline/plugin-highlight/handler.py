"""What the plugin does."""

from pluginart import CallContext, PluginError
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound

from plugin import values
from plugin.highlight_service import HighlightService


class Handler(HighlightService):
    """Colours code, by way of Pygments."""

    def highlight(self, request: values.HighlightRequestT, call: CallContext) -> values.HighlightResponseT:
        """Colours a piece of code."""
        lexer = lexer_of(request.language)
        html = highlight(request.code, lexer, HtmlFormatter())
        return values.HighlightResponseT(html=html, language=lexer.name)

    def style(self, request: values.StyleRequestT, call: CallContext) -> values.StyleResponseT:
        """The style sheet that the colours need."""
        try:
            formatter = HtmlFormatter(style=request.name)
        except ClassNotFound as error:
            raise PluginError(f"there is no style {request.name}") from error
        return values.StyleResponseT(css=formatter.get_style_defs(".highlight"))


def lexer_of(language: str | None) -> Lexer:
    """The lexer of a language; one that does nothing where it is not known."""
    try:
        return get_lexer_by_name(language or "text")
    except ClassNotFound:
        return TextLexer()
