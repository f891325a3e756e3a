"""Hyperbounty: bounty contests for machine-learning hyperparameters on Ethereum.

This package holds what every role shares. Importing it costs nothing: no chain, no store and no training backend is
loaded until the module that needs it is imported.
"""

__version__ = "0.1.0"
