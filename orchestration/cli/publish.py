"""gongkai publish: put the result of the last build in place again, without building."""

from __future__ import annotations

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
    from assets.exports.reasons import reason_in
    from assets.warehouse.publish import PublishError, publish_built

    speak, place = language(lang), folder(data)
    # The lock would make the folder of a mistyped path.
    if not place.build_db.exists():
        reason = say("error.no_such_file", speak, path=place.build_db)
        fail("error.nothing_to_publish", speak, reason=reason)
    try:
        with build_lock(place):
            done = publish_built(place)
    except BuildRunning as error:
        fail("error.build_running", speak, path=place.root, holder=error.holder or "?")
    except PublishError as error:
        fail("error.nothing_to_publish", speak, reason=reason_in(str(error), speak))
    out().print(say("summary.published", speak, path=done.path), markup=False, soft_wrap=True)
