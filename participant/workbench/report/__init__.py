"""The report of a participant: facts in, one page of HTML out."""
