"""Programs and packages that a test needs and a machine may lack."""

import os
from typing import NoReturn

import pytest


def absent(what: str, mend: str) -> NoReturn:
    """Skip the test and say how to get what is missing; where tests must run, fail instead."""
    told = f"{what} is missing: {mend}"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)
