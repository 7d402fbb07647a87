"""What this project relies on in Dagster and could change with an upgrade.

When one of these fails the design that rests on it wants a new look; the docstrings say which.
"""

import dagster as dg
import pytest

YEARS = dg.StaticPartitionsDefinition(["2022", "2023"])
NO_STORAGE = dg.mem_io_manager


class Kept(dg.IOManager):
    """Keeps outputs in memory, by partition."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def handle_output(self, context, obj):
        self.values[context.asset_partition_key if context.has_asset_partitions else ""] = obj

    def load_input(self, context):
        return [self.values.get(key) for key in context.asset_partition_keys]


@dg.asset(partitions_def=YEARS)
def numbers(context: dg.AssetExecutionContext) -> str:
    return context.partition_key


def test_a_check_with_a_frame_argument_gets_every_partition():
    """Why checks take the context and read the lake themselves (assets/common/checks.py)."""
    seen = []

    @dg.asset_check(asset=numbers)
    def with_argument(numbers) -> dg.AssetCheckResult:
        seen.append(numbers)
        return dg.AssetCheckResult(passed=True)

    kept = Kept()
    for year in ("2022", "2023"):
        dg.materialize([numbers, with_argument], resources={"io_manager": kept}, partition_key=year)
    assert seen[-1] == ["2022", "2023"]


def test_a_multi_asset_check_with_the_context_alone_knows_the_partition():
    """Why one step can check all tables of a stage for the year of the run."""
    spec = dg.AssetCheckSpec("shape", asset=numbers.key)
    seen = []

    @dg.multi_asset_check(specs=[spec])
    def shapes(context: dg.AssetCheckExecutionContext):
        seen.append(context.partition_key)
        yield dg.AssetCheckResult(passed=True, asset_key=numbers.key, check_name="shape")

    dg.materialize([numbers, shapes], resources={"io_manager": Kept()}, partition_key="2023")
    assert seen == ["2023"]


def test_a_failing_blocking_check_comes_after_the_write_and_stops_what_follows():
    """Why frames are validated in the IO manager, before the old file is touched."""
    ran = []

    @dg.asset_check(asset=numbers, blocking=True)
    def never() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=False)

    @dg.asset(partitions_def=YEARS, deps=[numbers])
    def after() -> None:
        ran.append("after")

    kept = Kept()
    result = dg.materialize(
        [numbers, never, after],
        resources={"io_manager": kept},
        partition_key="2023",
        raise_on_error=False,
    )
    assert not result.success
    assert kept.values == {"2023": "2023"}
    assert ran == []


@pytest.mark.parametrize(("lenient", "fires"), [(False, 0), (True, 1)])
def test_eager_waits_for_missing_partitions_unless_told_otherwise(lenient, fires):
    """Why the warehouse is eager without that clause: a year without reports has no file."""
    condition = dg.AutomationCondition.eager()
    if lenient:
        condition = condition.without(~dg.AutomationCondition.any_deps_missing())

    @dg.asset(deps=[numbers], automation_condition=condition)
    def mart() -> None: ...

    definitions = dg.Definitions(assets=[numbers, mart])
    with dg.DagsterInstance.ephemeral() as instance:
        first = dg.evaluate_automation_conditions(defs=definitions, instance=instance)
        instance.report_runless_asset_event(dg.AssetMaterialization(numbers.key, partition="2023"))
        second = dg.evaluate_automation_conditions(
            defs=definitions, instance=instance, cursor=first.cursor
        )
    assert second.get_num_requested(mart.key) == fires


def test_a_job_in_process_asks_no_queue_and_no_daemon():
    """Why a build needs no running service, and shows in the instance all the same."""
    job = dg.define_asset_job("j", selection=[numbers], executor_def=dg.in_process_executor)
    definitions = dg.Definitions(assets=[numbers], jobs=[job], resources={"io_manager": NO_STORAGE})
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("j").execute_in_process(
            instance=instance, partition_key="2022", tags={"a": "b"}
        )
        (run,) = instance.get_runs(filters=dg.RunsFilter(tags={"a": "b"}))
        assert run.run_id == result.run_id
        assert instance.get_materialized_partitions(numbers.key) == {"2022"}
