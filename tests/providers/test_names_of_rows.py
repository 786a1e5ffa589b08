"""Names of providers that are imported hold only what can be seen."""

import pytest
from pydantic import ValidationError

from providers.importing.rows import ProviderRow


@pytest.mark.parametrize(
    "character",
    ["\u202e", "\u2066", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u3164", "\ufe0f", "\ue000"],
)
def test_a_provider_is_called_by_what_can_be_seen(character: str) -> None:
    row = {"source_ref": "1", "name": "KPMG", "kind": "law_firm"}
    assert ProviderRow.model_validate(row).name == "KPMG"
    with pytest.raises(ValidationError, match=r"take out the invisible character U\+"):
        ProviderRow.model_validate({**row, "name": f"KP{character}MG"})
