"""The index: what the contracts of all families said on a chain, kept in a database and folded into tables.

It knows no family. A family is an object that registers itself (`hyperbounty.web.index.family`).
"""
