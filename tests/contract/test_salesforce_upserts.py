"""Several who upsert one external ID of Salesforce at once make one record, on either database."""

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.racing import race
from tests.contract.salesforce_world import Salesforce
from tests.postgres.plugin import SECRET_KEY


@pytest.mark.requirement("SALESFORCE-20")
def test_one_record_is_made_of_several_upserts(database_url: str) -> None:
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        org = Salesforce(simulator)
        path = "/sobjects/Equipment__c/Serial_Number__c/R-1"

        statuses = race(lambda n: org.api("PATCH", path, json={"Units__c": n}).status_code, 4)

        assert sorted(statuses) == [200, 200, 200, 201]
        query = "SELECT COUNT() FROM Equipment__c WHERE Serial_Number__c = 'R-1'"
        assert org.query(query)["totalSize"] == 1
