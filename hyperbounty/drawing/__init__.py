"""What pages and reports draw: markup out of functions, charts and rulers as SVG, tables. It knows no contest.

Nothing here writes a style into an element, so that a page which forbids it can show all of it.
"""
