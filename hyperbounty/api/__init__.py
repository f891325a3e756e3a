"""Contests from Python: what `hyperbounty` offers by its own name. It only looks and trains; `participant.api` signs.

    from hyperbounty import Spec, connect

    contest = connect().contest(1)
    result = contest.train(Spec(cell="GRU", recurrent_units=(24,)), folds=4, seeds=2)
    contest.odds(result)

The commands of a participant that train use the same functions, so both come to the same numbers and keep them in the
same place.
"""
