"""The study of incentives: many runs of shared models by one design, what they came to, and what follows from that.

`file` reads a design, `plan` lists its runs, `outcome` runs one of them, `running` all of them into a folder.
"""
