"""Everything that is known of who and where: the bundled files and those of a data folder.

`load` reads all files of the register once for each state of them; what it gives is frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl

from assets.agencies.decisions import decision_frame
from assets.agencies.divisions import division_events, division_frame
from assets.agencies.files import read_lines
from assets.agencies.registry import read_agency_files, register
from assets.agencies.rosters import population_frame, roster_frame
from assets.common.paths import DataFolder
from assets.common.staleness import register_inputs
from assets.documents.manifest import Note
from schemas.register_models import DivisionLine


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """Who and where, as frames of the lake's tables; `decisions` has a column per DecisionLine.

    `notes` are what the operator should hear about the files.
    """

    divisions: pl.DataFrame
    division_events: pl.DataFrame
    agencies: pl.DataFrame
    agency_names: pl.DataFrame
    agency_events: pl.DataFrame
    rosters: pl.DataFrame
    population: pl.DataFrame
    decisions: pl.DataFrame
    notes: tuple[Note, ...]

    @property
    def frames(self) -> dict[str, pl.DataFrame]:
        """The lake tables of the register by name."""
        return {
            "ref_division": self.divisions,
            "ref_division_event": self.division_events,
            "ref_agency": self.agencies,
            "ref_agency_name": self.agency_names,
            "ref_agency_event": self.agency_events,
            "ref_roster": self.rosters,
            "ref_population": self.population,
        }


def load(data: DataFolder) -> Register:
    """The register of a data folder: the bundled files and those in its config/."""
    return _load(data.config, register_inputs(data))


@lru_cache(maxsize=2)
def _load(config: Path, inputs: str) -> Register:
    own = read_lines(config / "divisions.csv", DivisionLine, "config/divisions.csv")
    divisions, division_notes = division_frame(own.lines)
    changes = division_events()
    agencies = register(read_agency_files(config), divisions, changes)
    rosters, roster_notes = roster_frame(
        config, divisions, changes, agencies.agencies, agencies.names
    )
    population, population_notes = population_frame(config, divisions)
    decisions, decision_notes = decision_frame(config, agencies.agencies)
    return Register(
        divisions,
        changes,
        agencies.agencies,
        agencies.names,
        agencies.events,
        rosters,
        population,
        decisions,
        (
            *own.notes,
            *division_notes,
            *agencies.notes,
            *roster_notes,
            *population_notes,
            *decision_notes,
        ),
    )
