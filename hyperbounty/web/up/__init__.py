"""`hyperbounty up`: a whole site on this machine, with a contest that is played on it."""
