"""The graph as a whole: what exists, what hangs on what, what checks it, what starts it.

The snapshot makes every change of the graph show in a review. Update it with
`pytest tests/architecture/test_definitions.py --snapshot-update`.
"""

import ast
from pathlib import Path

import pytest

from assets.common.paths import DataFolder
from assets.common.stages import STAGE_TABLES, YEAR_STAGES
from assets.warehouse.assets import ManifestMissing, dbt_models
from assets.warehouse.freshness import ensure_manifest
from orchestration.definitions import build_definitions
from orchestration.settings import Settings
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def definitions(tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    ensure_manifest(DataFolder(data))
    return build_definitions(Settings(data=data))


@pytest.fixture(scope="module")
def specs(definitions):
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


def line_of(key: str, spec) -> str:
    deps = ", ".join(sorted(dep.asset_key.to_user_string() for dep in spec.deps))
    marks = [spec.group_name, *sorted(spec.kinds)]
    marks += ["by year"] if spec.partitions_def else []
    marks += ["automated"] if spec.automation_condition else []
    return f"{key} [{', '.join(marks)}] <- {deps}"


def test_the_graph_is_as_reviewed(definitions, specs, snapshot):
    graph = definitions.resolve_asset_graph()
    assert snapshot == {
        "assets": [line_of(key, spec) for key, spec in sorted(specs.items())],
        # dbt's tests are listed where they are written, beside the models.
        "checks": sorted(
            f"{check.asset_key.to_user_string()}: {check.name}"
            + (" (blocking)" if graph.get_check_spec(check).blocking else "")
            for check in graph.asset_check_keys
            if check.asset_key.path[0] != "warehouse"
        ),
        "jobs": sorted(job.name for job in definitions.resolve_all_job_defs()),
        "schedules": sorted(
            f"{schedule.name} {schedule.cron_schedule} {schedule.execution_timezone} "
            f"{schedule.default_status.value}"
            for schedule in definitions.schedules
        ),
        "sensors": sorted(
            f"{sensor.name} {sensor.default_status.value}" for sensor in definitions.sensors
        ),
    }


def test_every_lake_table_of_a_stage_has_an_asset_with_its_grain(specs):
    for stage, tables in STAGE_TABLES.items():
        for table in tables:
            spec = specs[f"{stage}/{table}"]
            assert spec.group_name == stage
            assert spec.description.startswith("One row per")
            assert (spec.partitions_def is not None) == (stage in YEAR_STAGES)


def test_every_stored_table_has_a_blocking_shape_check(definitions):
    graph = definitions.resolve_asset_graph()
    checked = {
        check.asset_key.path[-1]
        for check in graph.asset_check_keys
        if check.name == "shape" and graph.get_check_spec(check).blocking
    }
    assert checked == {table for tables in STAGE_TABLES.values() for table in tables}


def test_only_memoised_tables_are_in_no_stage():
    staged = {table for tables in STAGE_TABLES.values() for table in tables}
    assert set(LAKE_TABLES) - staged == {"layout_blocks", "layout_grids", "identities"}


def test_there_is_a_partition_for_every_report_year(specs):
    years = specs["facts/report_facts"].partitions_def.get_partition_keys()
    assert years == [str(year) for year in load_catalog().report_years]


def test_every_rule_family_has_a_check_that_warns(definitions):
    graph = definitions.resolve_asset_graph()
    families = {rule.family for rule in load_catalog().rules}
    checks = {
        check.name: graph.get_check_spec(check)
        for check in graph.asset_check_keys
        if check.name.startswith("rules_")
    }
    assert set(checks) == {f"rules_{family}" for family in families}
    assert not any(check.blocking for check in checks.values())


def test_a_missing_manifest_says_how_to_make_it(tmp_path):
    with pytest.raises(ManifestMissing, match="make manifest"):
        dbt_models(tmp_path / "manifest.json")


def asset_modules() -> list[Path]:
    files = [*(PROJECT / "assets").rglob("assets.py"), *(PROJECT / "assets").rglob("checks.py")]
    return [*files, *(PROJECT / "orchestration" / "defs").glob("*.py")]


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", asset_modules(), ids=lambda p: str(p.relative_to(PROJECT)))
def test_definitions_keep_their_annotations_at_run_time(path):
    assert "__future__" not in imports_of(path)


def test_dagster_is_loaded_by_definitions_alone():
    allowed = {"assets.py", "checks.py", "translator.py"}
    common = {"io_manager.py", "partitions.py", "metadata.py", "workspace.py"}
    users = {
        path.relative_to(PROJECT)
        for path in (PROJECT / "assets").rglob("*.py")
        if any(name.split(".")[0].startswith("dagster") for name in imports_of(path))
    }
    unexpected = {
        path
        for path in users
        if path.name not in allowed and not (path.parts[1] == "common" and path.name in common)
    }
    assert unexpected == set()


def test_private_parts_of_dagster_are_left_alone():
    modules = [*(PROJECT / "assets").rglob("*.py"), *(PROJECT / "orchestration").rglob("*.py")]
    private = {
        (path.name, name)
        for path in modules
        for name in imports_of(path)
        if name.startswith("dagster") and any(part.startswith("_") for part in name.split("."))
    }
    assert private == set()
