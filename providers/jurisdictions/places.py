"""Which jurisdiction somebody means who writes a code or a name."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property

from matching.jurisdictions.historic import HISTORIC, explain_historic_code
from matching.jurisdictions.types import NoRoute
from matching.text.folding import fold
from providers.jurisdictions.models import Jurisdiction
from providers.jurisdictions.queries import NODES

MAX_CHARACTERS = 100
_MAX_LISTED = 60


class Places:
    """The codes and names of the operators' list."""

    def __init__(self, rows: Sequence[Jurisdiction]) -> None:
        self._rows: Mapping[str, Jurisdiction] = {row.code: row for row in rows}

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        # Made when the first name is asked for: most questions come with codes.
        codes: dict[str, str] = {}
        for row in self._rows.values():
            aliases = [alias for names in row.aliases.values() for alias in names]
            for name in (row.name_en, row.name_zh_hans, row.name_zh_hant, *aliases):
                codes.setdefault(fold(name), row.code)
        return codes

    def resolve(self, written: str) -> str:
        """Return the code of the jurisdiction that is meant.

        Args:
            written: a code in any case, or any name that the list has, in any of the scripts.

        Raises:
            NoRoute: it is a region or a group, a code that was withdrawn, or nothing known; the
                message says what to write instead.
        """
        text = written.strip()
        if not text or len(text) > MAX_CHARACTERS:
            raise NoRoute("name a jurisdiction by its code or name: SG, Vietnam, 越南")
        code = text.upper()
        if code not in self._rows:
            explained = explain_historic_code(code) if code in HISTORIC else None
            if explained is not None:
                raise NoRoute(explained)
            code = self._codes.get(fold(text), "")
        if not code:
            raise NoRoute(explain_historic_code(text.upper()) or self._unknown(text))
        row = self._rows[code]
        if row.kind not in NODES:
            raise NoRoute(self._several(row))
        return code

    def _several(self, row: Jurisdiction) -> str:
        members = [
            one.code
            for one in self._rows.values()
            if row.code in one.regions and one.kind in NODES and "-" not in one.code
        ]
        shown = ", ".join(sorted(members)[:_MAX_LISTED])
        rest = f" and {len(members) - _MAX_LISTED} more" if len(members) > _MAX_LISTED else ""
        return f"{row.name_en} is a {row.kind} of several jurisdictions: name one ({shown}{rest})"

    def _unknown(self, text: str) -> str:
        near = get_close_matches(fold(text), self._codes, n=1, cutoff=0.75)
        hint = ""
        if near:
            row = self._rows[self._codes[near[0]]]
            hint = f"; did you mean {row.name_en} ({row.code})?"
        return f"no jurisdiction has the code or name {text!r}{hint}"
