"""What can go wrong with a provider's own profile."""

from core.errors import Conflict, InvalidState, NotFound


class NoProfile(NotFound):
    """Your organisation answers for no profile. Ask the operators to tie it to yours."""

    code = "no-profile"
    title = "No profile is tied to your organisation"


class ProfileTied(Conflict):
    """Another organisation answers for this profile: untie that one first."""

    code = "profile-tied"
    title = "Another organisation answers for this profile"


class TooManyClaims(InvalidState):
    """As many claims as a provider may have are stored: withdraw one first."""

    code = "too-many-claims"
    title = "There is no room for another claim"
