"""Examples that demos, simulations and tests train on. Nothing of them is loaded before it is asked for."""

from __future__ import annotations

from hyperbounty.models.datasets.dataset import DataSet
from hyperbounty.models.datasets.mail import mail
from hyperbounty.models.datasets.reviews import imdb, movie_snippets
from hyperbounty.models.datasets.scikit_learn import breast_cancer, digits
from hyperbounty.models.datasets.tic_tac_toe import tic_tac_toe

__all__ = ["DataSet", "breast_cancer", "digits", "imdb", "mail", "movie_snippets", "tic_tac_toe"]
