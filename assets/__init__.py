"""How data is made: one folder per stage, in the order in which a document passes through them.

documents -> layout -> cells -> facts -> validation -> warehouse -> exports. Beside them stand
reference (formats, items and rules as tables), synthetic (made-up reports) and common.
In every stage folder assets.py and checks.py are thin Dagster; all other modules are pure.
"""
