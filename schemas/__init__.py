"""What is true: official formats, items, rules and frames, as files and the code that reads them.

formats/, items.csv, axes.yml, crosswalk.csv, breaks.csv, requirements.csv, labels.csv and rules/
are data; models.py gives them types, catalog.py loads and cross-checks them, frames.py describes
every table of the lake, tables.py and rule_*.py turn formats and rules into pandera schemas.
Nothing here imports dagster, and nothing here knows where documents come from.
"""
