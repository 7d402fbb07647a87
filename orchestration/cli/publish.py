"""gongkai publish: put the result of the last build in place again, without building."""

from __future__ import annotations

import datetime as dt

from assets.exports.messages import say
from orchestration.cli.shared import (
    DEFAULT_DATA,
    DataOption,
    LangOption,
    fail,
    folder,
    language,
    out,
)


def publish(data: DataOption = DEFAULT_DATA, lang: LangOption = None) -> None:
    """Copy the marts of build.duckdb, verify them, replace the published file."""
    from assets.common.lock import BuildRunning, build_lock
    from assets.common.stamp import read_stamp, write_stamp
    from assets.warehouse import publish as warehouse
    from assets.warehouse.about import About, code_revision, new_build_id
    from assets.warehouse.dbt import manifest_path
    from assets.warehouse.freshness import built_stamp, published_stamp
    from schemas.catalog import load_catalog

    speak, place = language(lang), folder(data)
    # build.duckdb carries its note only while it is whole: a killed build must not be published.
    inputs = read_stamp(built_stamp(place))
    if not inputs or not place.build_db.exists():
        fail("error.nothing_to_publish", speak, reason=place.build_db)
    about = About(
        build_id=new_build_id(dt.datetime.now(dt.UTC)),
        code_revision=code_revision(),
        catalogue_hash=load_catalog().hash,
    )
    try:
        with build_lock(place):
            done = warehouse.publish(place, about, manifest_path(place))
            write_stamp(published_stamp(place), inputs)
    except BuildRunning as error:
        fail("error.build_running", speak, path=place.root, holder=error.holder or "?")
    except warehouse.PublishError as error:
        fail("error.nothing_to_publish", speak, reason=error)
    out().print(say("summary.published", speak, path=done.path), markup=False, soft_wrap=True)
