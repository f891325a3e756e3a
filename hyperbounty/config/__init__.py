"""Configuration: what `hyperbounty.toml`, the environment and the options of a command say, and which of them counts.

`find_file` and `read_file` find and check the file, `resolve` puts everything together into `Settings`, which knows
where each of its values came from. Nothing here knows the command line; options arrive as a mapping.
"""
