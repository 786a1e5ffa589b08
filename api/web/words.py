"""The words of a need as they come out of a text box."""

from pydantic import ValidationError

from api.web.rendering import Page
from enterprises.schemas import MAX_TEXT_CHARACTERS, NeedCreate

ADVISED_CHARACTERS = 3_000


class BadText(Exception):
    """The text cannot be a need; `said` tells the reader, in the reader's script."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def plain_lines(text: str) -> str:
    """Undo what browsers do: every line end of a text box is sent as two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def checked_text(page: Page, text: str, *, may_be_judged: bool = False) -> NeedCreate:
    """Return a text as the need it may be.

    Args:
        page: in whose script the mistakes are told.
        text: as it was typed.
        may_be_judged: whether committee members may read it.

    Raises:
        BadText: it is empty, too long, or holds characters that no database takes.
    """
    if not text:
        raise BadText(page.gettext("Tell us what you need: one sentence is enough."))
    if len(text) > MAX_TEXT_CHARACTERS:
        raise BadText(
            page.gettext(
                "Your text has %(n)s characters. Shorten it to %(limit)s or fewer.",
                n=page.number(len(text)),
                limit=page.number(MAX_TEXT_CHARACTERS),
            )
        )
    try:
        return NeedCreate(text=text, may_be_judged=may_be_judged)
    except ValidationError as error:
        said = page.gettext("Your text holds characters that cannot be stored. Paste it as text.")
        raise BadText(said) from error
