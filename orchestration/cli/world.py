"""gongkai world: a made-up province of any size, written as facts, built and asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets.exports.messages import Language, both, say
from orchestration.cli.build import progress_lines
from orchestration.cli.demo import load_questions, print_answers
from orchestration.cli.shared import (
    CLEAN,
    FAILED,
    INTERRUPTED,
    PROJECT,
    LangOption,
    complain,
    fail,
    folder,
    language,
    open_warehouse,
    out,
)
from orchestration.cli.status import print_summary

if TYPE_CHECKING:
    from assets.synthetic.world import WorldOptions

DEFAULT_WORLD = PROJECT / "data" / "world"
QUESTIONS = PROJECT / "assets" / "exports" / "world_questions.yml"
SEED, AGENCIES, FEW_REPORTS = 2025, 3000, 15_000
"""Up to so many reports the rules are run unless --no-validate says otherwise."""


def world(  # noqa: PLR0913, PLR0917 - one parameter per option
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            envvar="GONGKAI_DATA",
            help=both("option.data"),
            show_default="data/world of the clone",
        ),
    ] = DEFAULT_WORLD,
    reports: Annotated[
        int | None,
        typer.Option("--reports", min=1, help=both("option.world_reports"), show_default=False),
    ] = None,
    agencies: Annotated[
        int | None,
        typer.Option("--agencies", min=60, help=both("option.world_agencies"), show_default=False),
    ] = None,
    years: Annotated[
        str, typer.Option("--years", metavar="FROM-TO", help=both("option.world_years"))
    ] = "2019-2025",
    seed: Annotated[int, typer.Option("--seed", min=0, help=both("option.world_seed"))] = SEED,
    documents: Annotated[
        int, typer.Option("--documents", min=0, help=both("option.world_documents"))
    ] = 0,
    validate: Annotated[
        bool | None,
        typer.Option(
            "--validate/--no-validate", help=both("option.world_validate"), show_default=False
        ),
    ] = None,
    warehouse: Annotated[
        bool, typer.Option("--warehouse/--no-warehouse", help=both("option.world_warehouse"))
    ] = True,
    lang: LangOption = None,
) -> None:
    """Make the world and its warehouse, sum it up, ask three questions."""
    speak = language(lang)
    options = _options(reports, agencies, years, seed, validate, speak)
    _make(data, options, documents, warehouse, speak)
    root = folder(data).root
    if documents:
        text = say("world.documents", speak, count=documents, path=root / "documents")
        out().print(text, markup=False, soft_wrap=True)
    if warehouse:
        from assets.exports.published import summary

        with open_warehouse(data, speak) as connection:
            found = summary(connection)
        print_summary(found, data, speak)
        print_answers(load_questions(QUESTIONS), data, speak)
    raise typer.Exit(CLEAN)


def _options(
    reports: int | None,
    agencies: int | None,
    years: str,
    seed: int,
    validate: bool | None,
    lang: Language,
) -> WorldOptions:
    from assets.synthetic.world import WorldOptions, agencies_for
    from schemas.catalog import load_catalog

    governed = load_catalog().report_years
    span = re.fullmatch(r"(\d{4})-(\d{4})", years, re.ASCII)
    covered = tuple(range(int(span[1]), int(span[2]) + 1)) if span else ()
    if not covered or not set(covered) <= set(governed):
        first, last = min(governed), max(governed)
        fail("error.world_years", lang, years=years, first=first, last=last)
    if reports is not None and agencies is not None:
        fail("error.world_both", lang)
    count = agencies or (agencies_for(reports, len(covered)) if reports else AGENCIES)
    if validate is None:
        validate = count * len(covered) <= FEW_REPORTS
    return WorldOptions(count, covered, seed, validate)


def _make(
    data: Path, options: WorldOptions, documents: int, warehouse: bool, lang: Language
) -> None:
    """Run the driver under a progress display; leaves with a message where it cannot."""
    from assets.common.lock import BuildRunning
    from assets.synthetic.world_folder import NotAWorldError
    from assets.warehouse.dbt import BuildBusyError, DbtError
    from assets.warehouse.publish import PublishError
    from orchestration.world import make_world

    place = folder(data)
    try:
        with progress_lines(lang) as on_progress:
            made = make_world(place, options, documents, on_progress, warehouse)
    except BuildRunning as error:
        fail("error.build_running", lang, path=place.root, holder=error.holder or "?")
    except NotAWorldError as error:
        fail("error.not_a_world", lang, path=place.root, found=error)
    except ValueError as error:
        fail("error.world_options", lang, reason=error)
    except OSError as error:
        fail("error.export", lang, path=place.root, reason=error.strerror)
    except (BuildBusyError, DbtError, PublishError) as error:
        complain("error.build_failed", lang, reason=error)
        raise typer.Exit(FAILED) from error
    except KeyboardInterrupt:
        fail("error.interrupted", lang, code=INTERRUPTED)
    text = say(
        "world.done",
        lang,
        agencies=made.agencies,
        reports=made.reports,
        years=len(options.years),
        truth=made.truth,
    )
    out().print(text, markup=False, soft_wrap=True)
