"""Verifying organisations from the command line."""

import json

import pytest

from tests.api.cli.conftest import CommandLine


@pytest.mark.usefixtures("database")
def test_a_look_alike_of_a_verified_organisation_is_refused(landbridge: CommandLine) -> None:
    first = landbridge("organisation", "create", "KPMG", "--kind", "provider").out.strip()
    second = landbridge("organisation", "create", "ΚРМG", "--kind", "provider").out.strip()

    verified = landbridge("organisation", "verify", first)
    assert (verified.out, verified.err) == ("KPMG: verified\n", "")
    refused = landbridge("organisation", "verify", second)

    assert refused.code == 2
    assert "looks like the name of a firm that is verified" in refused.complaint
    listed = json.loads(landbridge("organisation", "list", "--json").out)["organisations"]
    verified_ids = {one["id"] for one in listed if one["is_verified"]}
    assert first in verified_ids
    assert second not in verified_ids
    assert landbridge("organisation", "verify", first, "--undo").code == 0
    assert landbridge("organisation", "verify", second).code == 0


@pytest.mark.usefixtures("database")
def test_an_organisation_is_tied_to_a_profile_and_untied(landbridge: CommandLine) -> None:
    firm = landbridge("organisation", "create", "KPMG", "--kind", "provider").out.strip()
    enterprise = landbridge("organisation", "create", "Jade").out.strip()

    unknown = landbridge("organisation", "tie", firm, "--provider", firm)
    assert (unknown.code, "no provider has the id" in unknown.complaint) == (2, True)
    assert landbridge("organisation", "tie", firm).out == "KPMG: answers for no profile\n"
    refused = landbridge("organisation", "tie", enterprise)
    assert (refused.code, "only an organisation of providers" in refused.complaint) == (2, True)
