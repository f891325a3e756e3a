"""The service over every contest of a chain: an index of what happened; the API and the pages stand on it."""
