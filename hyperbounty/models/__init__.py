"""The family of shared updatable models: small classifiers on a chain that anybody uses and strangers improve."""
