import pytest

from core.errors import Forbidden
from core.identity.actor import ENTERPRISE, OPERATOR, SYSTEM, UserKind


def test_only_the_kinds_named_may_pass() -> None:
    OPERATOR.require(UserKind.OPERATOR)
    ENTERPRISE.require(UserKind.OPERATOR, UserKind.ENTERPRISE)
    with pytest.raises(Forbidden, match="operator"):
        ENTERPRISE.require(UserKind.OPERATOR)


def test_the_platform_itself_always_may() -> None:
    for kind in UserKind:
        SYSTEM.require(kind)
