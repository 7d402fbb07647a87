"""The gongkai command: one small file per command, put together here and nothing else.

Starting any command imports this module, so it must stay light: see shared.py.
"""

from __future__ import annotations

import typer

from assets.exports.messages import both
from orchestration.cli.build import build
from orchestration.cli.check import check
from orchestration.cli.demo import demo
from orchestration.cli.dictionary import dictionary
from orchestration.cli.explain import explain
from orchestration.cli.export import export
from orchestration.cli.findings import findings
from orchestration.cli.publish import publish
from orchestration.cli.score import score
from orchestration.cli.sql import sql
from orchestration.cli.status import status
from orchestration.cli.testbed import testbed
from orchestration.cli.world import world

app = typer.Typer(
    name="gongkai",
    help=both("help.app"),
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS = (
    build, check, status, explain, findings, sql, dictionary, export, publish, score, demo,
    world, testbed,
)  # fmt: skip

for command in COMMANDS:
    app.command(command.__name__, help=both(f"help.{command.__name__}"))(command)
