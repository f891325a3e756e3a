"""What `SetUp.py` plays: a whole contest with its cast, on any chain and store, through the code of the roles."""
