"""A sector as a row of an imported list, and as the API shows it."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from providers.importing.cells import ImportRow, Name, Switch

CodeText = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}(\.[A-Z]{3}){0,2}$", max_length=20)]
NameText = Annotated[Name, StringConstraints(min_length=1, max_length=200)]


class SectorRow(ImportRow):
    """One sector: code, parent (empty for a root), three names, mappings for reporting."""

    code: CodeText
    parent_code: CodeText | None = None
    name_en: NameText
    name_zh_hans: NameText
    name_zh_hant: NameText
    cpc_prov: str = Field(default="", max_length=200)
    isic4: str = Field(default="", max_length=200)
    source: str = Field(default="", max_length=500)
    cpc_verified: Switch | None = None

    @property
    def is_cpc_verified(self) -> bool:
        """What the row says, or else whether it has no code of five digits."""
        if self.cpc_verified is not None:
            return self.cpc_verified
        return not any(len(code) == 5 for code in re.findall(r"\d+", self.cpc_prov))


class SectorRead(BaseModel):
    """A sector of the list in force."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    parent_code: str | None
    name_en: str
    name_zh_hans: str
    name_zh_hant: str
    cpc_prov: str
    cpc_verified: bool
    isic4: str
    source: str
