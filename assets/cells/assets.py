"""Stage 3: grids to canonical cells. From here on everything is kept by report year.

Definitions only; what a cell means is decided in recognise.py.
"""
