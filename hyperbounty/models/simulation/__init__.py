"""What becomes of a model and of everybody's money when good and bad agents train it, by the contract's rules.

Nothing here needs a chain. `design` says what is run, `running` runs it, `results` is what came of it.
"""
