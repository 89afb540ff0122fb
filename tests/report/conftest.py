"""An office on both databases, empty or with the week that is worked out on paper."""

from __future__ import annotations

import pytest

from tests.report.paper import fill_week, open_office


@pytest.fixture
def office(database_url):
    with open_office(database_url) as made:
        yield made


@pytest.fixture
def week(office):
    fill_week(office)
    return office
