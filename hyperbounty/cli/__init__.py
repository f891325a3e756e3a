"""The command line: what every command shares. The roles bring their own groups through the entry points."""
