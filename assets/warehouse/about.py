"""Who made a publication and from what: the facts of the `about` table that no mart holds."""

from __future__ import annotations

import datetime as dt
import secrets
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

CONTRACT_VERSION = "1.0"
REPOSITORY = Path(__file__).resolve().parents[2]

ABOUT_DESCRIPTION = (
    "只有一行：本次发布由何时、何种代码和目录构成。"
    "The only row says which build, code and catalogue this publication is made from."
)
ABOUT_COLUMNS = {
    "contract_version": "公开约定的版本。Version of the public contract.",
    "build_id": "构建标识：UTC 时刻与随机后缀。Build: its UTC time and a random suffix.",
    "code_revision": "代码版本：git 提交，没有时为软件包版本。"
    "Revision of the code: the git commit, else the version of the package.",
    "catalogue_hash": "格式、项目和规则文件的 SHA-256。"
    "SHA-256 over the files of formats, items and rules.",
    "first_report_year": "最早的报告年度。First report year.",
    "last_report_year": "最晚的报告年度。Last report year.",
    "report_years": "有报告的年度，逗号分隔。Report years with a report, separated by commas.",
    "document_count": "文件数。Documents.",
    "report_count": "报告数，含编造的。Reports, made-up ones included.",
    "synthetic_report_count": "其中编造的报告数。Made-up reports among them.",
    "agency_count": "机关数，含编造的。Agencies, made-up ones included.",
    "cell_count": "报告单元数。Cells of reports.",
    "needs_review_count": "其中需要人工复核的单元数。Cells among them that need review.",
    "finding_count": "发现数。Findings.",
}

TABLES_DESCRIPTION = (
    "每行是本次发布的一张数据表：层次、主键、行数和说明。"
    "One row per table of this publication: its layer, key, rows and description."
)
TABLES_COLUMNS = {
    "table_name": "表名。Table.",
    "layer": "层次：core 基础，comparison 比较，quality 质量。Layer: core, comparison or quality.",
    "key_columns": "唯一确定一行的列，逗号分隔。"
    "Columns that make a row unique, separated by commas.",
    "row_count": "行数。Rows.",
    "description_zh": "中文说明。Description in Chinese.",
    "description_en": "英文说明。Description in English.",
}


@dataclass(frozen=True, slots=True)
class About:
    """The part of `about` that is known before the marts are counted."""

    build_id: str
    code_revision: str
    catalogue_hash: str
    contract_version: str = CONTRACT_VERSION


def new_build_id(now: dt.datetime) -> str:
    """An identifier for a build: the time in UTC and a random suffix, sortable by time.

    Args:
        now: an aware datetime.
    """
    return f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def code_revision(repository: Path = REPOSITORY) -> str:
    """The git revision of a checkout, -dirty where it was changed; else the package version."""
    if (repository / ".git").exists():
        try:
            described = subprocess.run(
                ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude", "*"],
                cwd=repository,
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            described = None
        if described is not None and described.returncode == 0:
            return described.stdout.strip()
    return f"gongkai {metadata.version('gongkai')}"
