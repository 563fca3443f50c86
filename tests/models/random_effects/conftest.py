import json
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "reference"


def read_reference(name):
    return json.loads((REFERENCE / name).read_text())


@pytest.fixture(scope="session")
def rma():
    return read_reference("rma.json")
