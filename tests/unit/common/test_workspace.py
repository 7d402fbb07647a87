"""A run holds the data folder from before its inputs are loaded to after its outputs are stored."""

import dagster as dg
import pytest
from filelock import FileLock, Timeout

from assets.common.lock import BuildRunning, holder_of
from assets.common.workspace import Workspace


class Witness(dg.ConfigurableIOManager):
    """Notes whether the folder was held when a frame was loaded or stored."""

    workspace: dg.ResourceDependency[Workspace]

    def handle_output(self, context: dg.OutputContext, obj: str) -> None:
        context.add_output_metadata({"held": is_held(self.workspace)})

    def load_input(self, context: dg.InputContext) -> str:
        return "held" if is_held(self.workspace) else "free"


def is_held(workspace: Workspace) -> bool:
    """Whether somebody else, were there one, would have to wait."""
    other = FileLock(workspace.folder.lock, is_singleton=False)
    try:
        other.acquire(timeout=0)
    except Timeout:
        return True
    other.release()
    return False


@dg.asset(io_manager_key="witness")
def first() -> str:
    return "rows"


@dg.asset(io_manager_key="witness")
def second(first: str) -> dg.MaterializeResult:
    return dg.MaterializeResult(value=first, metadata={"loaded": first})


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=str(tmp_path / "data"), wait_seconds=0)


def run(workspace):
    return dg.materialize(
        [first, second], resources={"witness": Witness(workspace=workspace)}, raise_on_error=False
    )


def test_inputs_and_outputs_of_a_run_lie_under_one_lock(workspace):
    result = run(workspace)
    events = result.get_asset_materialization_events()
    assert [event.materialization.metadata["held"].value for event in events] == [True, True]
    assert events[1].materialization.metadata["loaded"].value == "held"
    assert not is_held(workspace)
    assert holder_of(workspace.folder) is None


def test_a_run_leaves_while_another_build_holds_the_folder(workspace):
    workspace.folder.root.mkdir(parents=True)
    with FileLock(workspace.folder.lock, is_singleton=False):
        result = run(workspace)
    assert not result.success
    assert not result.get_asset_materialization_events()
    (failed,) = [event for event in result.all_events if event.is_failure and event.is_run_failure]
    assert BuildRunning.__name__ in str(failed.event_specific_data)
