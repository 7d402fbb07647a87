"""The questions of the cookbook as a notebook: tables, and charts where a chart says more.

    GONGKAI_DATA=FOLDER marimo edit docs/notebook.py

The queries are those of the cookbook, so the two cannot disagree. The figures are of whatever data
folder is named; the queries ask for made-up reports, as `gongkai world` makes them.
"""

import marimo

app = marimo.App(width="medium", app_title="gongkai")


@app.cell
def setup():
    """Open the published file and read the questions."""
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    from assets.common.paths import DataFolder
    from assets.exports.cookbook import load_cookbook

    cookbook = load_cookbook()
    published = DataFolder(Path(os.environ.get("GONGKAI_DATA", "data/world"))).published_db
    connection = duckdb.connect(str(published), read_only=True)
    return alt, connection, cookbook, mo


@app.cell
def answers(connection, cookbook):
    """The answer to every question that returns rows, as a polars frame by question id.

    Exact decimals become floats only in the frames that charts are drawn from.
    """
    import polars.selectors as cs

    frames = {
        question.id: connection.execute(question.sql).pl()
        for question in cookbook.questions
        if not question.sql.startswith("COPY")
    }
    drawn = {name: frame.with_columns(cs.decimal().cast(float)) for name, frame in frames.items()}
    return drawn, frames


@app.cell
def language(mo):
    """Choose the language."""
    words = mo.ui.radio(["zh", "en"], value="en", inline=True, label="中文 / English")
    words  # noqa: B018 - the last expression of a cell is what it shows
    return (words,)


@app.cell
def series(alt, drawn):
    """Q28: pooled rate of the county governments, with the spread between them."""
    base = alt.Chart(drawn["Q28"]).encode(x=alt.X("report_year:O", title=None))
    axis = alt.Scale(zero=False)
    spread = base.mark_area(opacity=0.25).encode(y=alt.Y("p10:Q", scale=axis), y2="p90:Q")
    pooled = base.mark_line(point=True).encode(
        y=alt.Y("pooled_value:Q", scale=axis, title="disclosure rate, P10 to P90")
    )
    rate_chart = spread + pooled
    return (rate_chart,)


@app.cell
def ranking(alt, drawn):
    """Q25: what the intervals leave of a ranking."""
    rows = alt.Chart(drawn["Q25"]).encode(y=alt.Y("agency_code:N", sort="-x", title=None))
    interval = rows.mark_rule().encode(
        x=alt.X("wilson_low:Q", scale=alt.Scale(zero=False), title="disclosure rate, 95 %"),
        x2="wilson_high:Q",
    )
    rank_chart = interval + rows.mark_point(filled=True).encode(x="value:Q")
    return (rank_chart,)


@app.cell
def changes(alt, drawn):
    """Q16: change of each outcome, parted into volume and mix."""
    effects = drawn["Q16"].unpivot(
        ["volume_effect", "mix_effect"], index="label_en", variable_name="effect"
    )
    change_chart = (
        alt.Chart(effects)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title="applications"),
            y=alt.Y("label_en:N", sort=None, title=None),
            color=alt.Color("effect:N", title=None),
        )
    )
    return (change_chart,)


@app.cell
def pages(change_chart, cookbook, frames, mo, rank_chart, rate_chart, words):
    """Everything in the order of the cookbook."""
    charts = {"Q16": change_chart, "Q25": rank_chart, "Q28": rate_chart}
    parts = [mo.md(cookbook.intro[words.value])]
    chapter = -1
    for question in cookbook.questions:
        if question.chapter != chapter:
            chapter = question.chapter
            parts.append(mo.md(f"## {cookbook.chapters[chapter][words.value]}"))
        parts += [
            mo.md(f"### {question.id} {question.title[words.value]}"),
            mo.md(f"```sql\n{question.sql}\n```"),
            mo.md(question.watch[words.value]),
        ]
        if question.id in charts:
            parts.append(mo.ui.altair_chart(charts[question.id], chart_selection=False))
        if question.id in frames:
            parts.append(mo.ui.table(frames[question.id], selection=None))
    mo.vstack(parts)
    return


if __name__ == "__main__":
    app.run()
