import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.identity.passwords import (
    MOST_CHARACTERS,
    PasswordRefused,
    PasswordTooCommon,
    hash_password,
    require_usable,
    verify_password,
)


@pytest.mark.parametrize("password", ["x" * 7, "四个字呢", "x7" * (MOST_CHARACTERS // 2) + "x"])
def test_one_that_is_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused, match="characters"):
        require_usable(password)


@pytest.mark.parametrize(
    "password",
    ["password", "PassWord", "ｐａｓｓｗｏｒｄ", "qwertyuiop", "aaaaaaaaaaaa", "landbridge"],
)
def test_one_that_is_tried_first_is_refused_in_whatever_form(password: str) -> None:
    with pytest.raises(PasswordTooCommon):
        require_usable(password)


def test_one_that_says_who_one_is_is_refused() -> None:
    with pytest.raises(PasswordTooCommon):
        require_usable("Chan@Example.com", known=("chan@example.com", "Chan"))


@pytest.mark.parametrize("password", ["早晨開門見山好風光", "correct horse battery", "x7" * 128])
def test_nothing_else_is_asked_of_it(password: str) -> None:
    require_usable(password)


def test_it_is_kept_as_argon2id_with_the_parameters_of_owasp_and_a_salt() -> None:
    hashed = hash_password("correct horse battery")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashed != hash_password("correct horse battery")
    assert verify_password("correct horse battery", hashed) == (True, None)
    assert verify_password("ｃorrect horse battery", hashed) == (True, None)
    assert verify_password("correct horse batterx", hashed) == (False, None)


def test_a_hash_with_other_parameters_is_made_anew() -> None:
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8 * 1024, parallelism=1),))
    is_right, renewed = verify_password("correct horse", weak.hash("correct horse"))
    assert is_right
    assert renewed is not None
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password("correct horse", renewed) == (True, None)


def test_where_there_is_no_hash_no_password_is_right() -> None:
    assert verify_password("the password of nobody at all", None) == (False, None)
    assert verify_password("x" * (MOST_CHARACTERS + 1), hash_password("x" * 20)) == (False, None)
