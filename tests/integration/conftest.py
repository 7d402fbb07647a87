"""The example world, made once for all that ask it."""

from __future__ import annotations

import pytest

from assets.common.paths import DataFolder
from orchestration.cookbook import make_example


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A data folder with the example world of the cookbook, published twice."""
    root = tmp_path_factory.mktemp("example") / "world"
    make_example(root)
    return DataFolder(root)
