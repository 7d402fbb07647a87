"""The dbt project as its manifest shows it: layers, contracts, descriptions, tests."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.common.paths import DataFolder
from assets.exports.dictionary import DOCS, FILES, dictionary
from assets.warehouse.dbt import PROJECT, dbt_args, dbt_env, manifest_path
from assets.warehouse.manifest import in_language, marts, read_manifest
from schemas import vocabulary
from schemas.catalog import load_catalog
from schemas.frames import LAKE_TABLES

# Tables about forms, rules and places, not about reports: nothing in them is made up.
REFERENCE = {
    *("dim_format", "dim_item", "dim_rule", "dim_crosswalk"),
    *("dim_indicator", "dim_indicator_term", "dim_peer_group"),
}
"""Tables that hold neither made-up nor real data."""
PREFIXES = {"core": ("dim_", "fct_"), "comparison": ("cmp_",), "quality": ("qlt_",)}
MADE_AS = {
    "staging": {"view"},
    "intermediate": {"view", "incremental"},
    **{layer: {"table", "incremental"} for layer in PREFIXES},
}

# What each layer may read. Core marts give the lake its public form; all other marts read them.
MAY_READ = {
    "staging": {"source"},
    "intermediate": {"staging", "intermediate"},
    "core": {"staging", "intermediate", "core"},
    "comparison": {"intermediate", "core", "comparison"},
    "quality": {"intermediate", "core"},
}

# The tables and columns that design and documentation promise (contract version 1.0).
CONTRACT = {
    "dim_item": "format_id table_id item_code breakdown row_label column_label label_en unit "
    "value_type is_total position",
    "dim_format": "format_id",
    "dim_agency": "agency_code agency_name kind tier parent valid_from valid_to",
    "dim_division": "division_code",
    "dim_rule": "rule_id family kind severity title_zh title_en legal_basis basis_status "
    "valid_from valid_to",
    "fct_document": "doc_id file_name media_type source_url status reason parser parser_version "
    "page_count bytes",
    "fct_arrival": "doc_id name source received_at",
    "fct_report": "report_id doc_id agency_code agency_name_printed agency_name report_year title "
    "period_start period_end published_on is_current is_synthetic",
    "fct_report_section": "report_id section_no heading text",
    "fct_report_contact": "report_id address telephone email postcode",
    "fct_report_item": "report_id doc_id agency_code report_year format_id table_id block copy_no "
    "item_code breakdown value unit value_status raw_text review_status review_reason confidence "
    "page locator parser chosen_by correction_id",
    "fct_unmapped_cell": "report_id doc_id table_id raw_text is_number reason page locator "
    "is_synthetic",
    "fct_rule_outcome": "report_id rule_id breakdown outcome left_value right_value difference "
    "difference_if_blank_is_zero",
    "fct_finding": "finding_id report_id doc_id agency_code report_year rule_id breakdown severity "
    "status decision attribution message_zh message_en expected actual items evidence",
    "cmp_item_year_over_year": "is_comparable break_note needs_review_count is_synthetic",
    "cmp_item_by_agency": "is_comparable break_note needs_review_count is_synthetic",
    "qlt_agency_scorecard": "is_synthetic",
    "qlt_rule_pass_rate": "is_synthetic",
    "qlt_parse_coverage": "is_synthetic",
    "qlt_finding_attribution": "is_synthetic",
}

VOCABULARIES = {
    ("fct_document", "status"): vocabulary.DocumentStatus,
    ("cmp_coverage_agency", "status"): vocabulary.CoverageStatus,
    ("qlt_parse_coverage", "status"): vocabulary.DocumentStatus,
    ("fct_report_item", "value_status"): vocabulary.ValueStatus,
    ("cmp_item_year_over_year", "value_status"): vocabulary.ValueStatus,
    ("cmp_item_year_over_year", "previous_value_status"): vocabulary.ValueStatus,
    ("cmp_item_by_agency", "value_status"): vocabulary.ValueStatus,
    ("fct_report_item", "review_status"): vocabulary.ReviewStatus,
    ("fct_report_item", "chosen_by"): vocabulary.ChosenBy,
    ("fct_finding", "severity"): vocabulary.Severity,
    ("dim_rule", "severity"): vocabulary.Severity,
    ("fct_finding", "status"): vocabulary.FindingStatus,
    ("fct_finding", "attribution"): vocabulary.Attribution,
    ("dim_agency", "kind"): vocabulary.AgencyKind,
    ("fct_report", "kind"): vocabulary.AgencyKind,
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The manifest of a parse in which a warning is an error."""
    data = DataFolder(tmp_path_factory.mktemp("data"))
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--warn-error", *dbt_args("parse", data)],
        env=dbt_env(data),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return read_manifest(manifest_path(data))


def _models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def _marts(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in _models(manifest) if node["fqn"][1] == "marts"]


def _layer(node: dict[str, Any]) -> str:
    if node["resource_type"] == "source":
        return "source"
    return node["fqn"][2] if node["fqn"][1] == "marts" else node["fqn"][1]


def _tests(manifest: dict[str, Any], model: str, name: str) -> list[dict[str, Any]]:
    """Arguments of the generic tests of one kind on a model."""
    return [
        node["test_metadata"]["kwargs"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") == name
        and node["attached_node"] == f"model.gongkai.{model}"
    ]


def _illegal_reads(manifest: dict[str, Any]) -> list[str]:
    everything = {**manifest["nodes"], **manifest["sources"]}
    return [
        f"{node['name']} reads {parent}"
        for node in _models(manifest)
        for parent in node["depends_on"]["nodes"]
        if _layer(everything[parent]) not in MAY_READ[_layer(node)]
    ]


def test_layers_read_only_what_lies_before_them(manifest: dict[str, Any]) -> None:
    assert _illegal_reads(manifest) == []


def test_the_layer_rule_finds_a_mart_that_reads_the_lake(manifest: dict[str, Any]) -> None:
    mart = manifest["nodes"]["model.gongkai.cmp_item_by_agency"]
    parents = [*mart["depends_on"]["nodes"], "model.gongkai.stg_lake__reports"]
    changed = {**mart, "depends_on": {"nodes": parents}}
    nodes = {**manifest["nodes"], mart["unique_id"]: changed}
    assert _illegal_reads({**manifest, "nodes": nodes}) == [
        "cmp_item_by_agency reads model.gongkai.stg_lake__reports"
    ]


def test_names_say_the_layer(manifest: dict[str, Any]) -> None:
    for node in _models(manifest):
        layer = _layer(node)
        prefixes = (
            PREFIXES.get(layer) or {"staging": ("stg_lake__",), "intermediate": ("int_",)}[layer]
        )
        assert node["name"].startswith(prefixes), node["name"]
        assert node["config"]["materialized"] in MADE_AS[layer], node["name"]


def test_sources_and_staging_are_lake_tables_one_to_one(manifest: dict[str, Any]) -> None:
    sources = {source["name"] for source in manifest["sources"].values()}
    assert sources <= set(LAKE_TABLES)
    staged = {node["name"] for node in _models(manifest) if _layer(node) == "staging"}
    assert staged == {f"stg_lake__{name}" for name in sources}
    for source in manifest["sources"].values():
        assert "lake/{name}/" in source["meta"]["external_location"]
        assert len(source["description"]) > 5


def test_the_promised_tables_and_columns_are_there(manifest: dict[str, Any]) -> None:
    real = {mart.name: {column.name for column in mart.columns} for mart in marts(manifest)}
    assert set(CONTRACT) <= set(real)
    for name, columns in CONTRACT.items():
        assert set(columns.split()) <= real[name], name


def test_marts_have_contracts_and_descriptions_in_both_languages(manifest: dict[str, Any]) -> None:
    for node in _marts(manifest):
        assert node["config"]["contract"]["enforced"] is True, node["name"]
    for mart in marts(manifest):
        for text in (mart.description, *(column.description for column in mart.columns)):
            assert re.search(r"[一-鿿]", in_language(text, "zh")), (mart.name, text)
            assert re.match(r"[A-Z0-9].*\.$", in_language(text, "en")), (mart.name, text)
        assert in_language(mart.description, "en").startswith("One row per"), mart.name
    for node in _models(manifest):
        assert "One row per" in node["description"], node["name"]


def test_the_declared_key_is_the_tested_key(manifest: dict[str, Any]) -> None:
    for mart in marts(manifest):
        (arguments,) = _tests(manifest, mart.name, "unique_key")
        assert tuple(arguments["columns"]) == mart.key
        assert _tests(manifest, mart.name, "never_null"), mart.name


def test_made_up_data_is_marked_everywhere(manifest: dict[str, Any]) -> None:
    for mart in marts(manifest):
        marked = "is_synthetic" in {column.name for column in mart.columns}
        assert marked == (mart.name not in REFERENCE), mart.name
        if mart.name.startswith(("cmp_", "qlt_")) and "report_id" not in mart.key:
            assert "is_synthetic" in mart.key, mart.name


def test_every_ratio_has_its_parts_beside_it_and_is_tested(manifest: dict[str, Any]) -> None:
    seen = 0
    for mart in marts(manifest):
        columns = {column.name for column in mart.columns}
        tested = {found["ratio"] for found in _tests(manifest, mart.name, "ratio_has_parts")}
        for found in _tests(manifest, mart.name, "ratios_have_parts"):
            tested.update(found["ratios"])
        for name in columns:
            if name.endswith(("_ratio", "_rate", "_share")):
                seen += 1
                assert {f"{name}_numerator", f"{name}_denominator"} <= columns, name
                assert name in tested, (mart.name, name)
    assert seen >= 5


def test_accepted_values_are_the_vocabularies_of_the_code(manifest: dict[str, Any]) -> None:
    for (model, column), members in VOCABULARIES.items():
        (arguments,) = [
            found for found in _tests(manifest, model, "one_of") if found["column_name"] == column
        ]
        assert arguments["values"] == [member.value for member in members], (model, column)


def test_foreign_keys_of_facts_are_tested(manifest: dict[str, Any]) -> None:
    for mart in marts(manifest):
        columns = {column.name for column in mart.columns}
        if mart.name != "fct_report" and {"report_id"} <= columns:
            targets = [found["to"] for found in _tests(manifest, mart.name, "refers_to")]
            assert any("fct_report" in target for target in targets), mart.name


def test_dbt_fetches_and_reports_nothing() -> None:
    assert not (PROJECT / "packages.yml").exists()
    assert not (PROJECT / "dependencies.yml").exists()
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["flags"]["send_anonymous_usage_stats"] is False
    profile = (PROJECT / "profiles.yml").read_text(encoding="utf-8")
    assert "autoinstall_known_extensions: false" in profile
    assert "extensions:" not in profile.replace("known_extensions:", "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_data_dictionary_is_up_to_date(manifest: dict[str, Any], language: Any) -> None:
    written: Path = DOCS / FILES[language]
    expected = dictionary(manifest, load_catalog(), language)
    assert written.read_text(encoding="utf-8") == expected, "run `make docs`"
