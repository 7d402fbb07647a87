"""Made-up reports: random but consistent values, six renderings, faults, a small county.

Everything here follows the catalog: a format that is added as files can be rendered without a
change in this folder. Whatever is made here is marked is_synthetic where it enters the warehouse.
"""
