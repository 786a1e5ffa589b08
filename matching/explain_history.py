"""The words for reasons that rest on who has been asked before: firms of one home, one client."""

from functools import lru_cache

from matching.citing import CITED, Said, pieces
from matching.names import Names
from matching.shown import FOR_CLIENT, WORK, Shown, Wanted
from matching.types import Sentence


def say_home_firms(wanted: Wanted, shown: Shown, names: Names) -> Said | None:
    """Say how much of the work in the targets firms from the candidate's home have done."""
    home = shown.candidate.home_jurisdiction
    if home is None:
        return None
    return (
        _of_home(names, home, wanted.targets, shown.work_of_home, wanted.work_in_targets),
        (),
    )


@lru_cache(maxsize=4096)
def _of_home(names: Names, home: str, targets: tuple[str, ...], n: int, total: int) -> Sentence:
    at = names.places((home,))
    if not n:
        return Sentence(
            f"Firms based in {at.en} are known for work like this elsewhere",
            f"设在{at.zh_hans}的机构在其他地方做过类似工作",
            f"設於{at.zh_hant}的機構在其他地方做過類似工作",
        )
    place = names.places(targets)
    return Sentence(
        f"Firms based in {at.en} did {n} of {pieces(total)} of past work in {place.en}",
        f"{place.zh_hans}的{total}项过往工作中，{n}项由设在{at.zh_hans}的机构完成",
        f"{place.zh_hant}的{total}項過往工作中，{n}項由設於{at.zh_hant}的機構完成",
    )


def say_served_client(_wanted: Wanted, shown: Shown, _names: Names) -> Said | None:
    """Say how often the candidate has worked for who asks now, and cite that work."""
    work = shown.having(FOR_CLIENT | WORK)
    return (_served(len(work)), work[:CITED]) if work else None


@lru_cache(maxsize=256)
def _served(n: int) -> Sentence:
    return Sentence(
        f"Has worked for this client before: {pieces(n)} of past work",
        f"此前曾为同一委托方工作：{n}项",
        f"此前曾為同一委託方工作：{n}項",
    )
