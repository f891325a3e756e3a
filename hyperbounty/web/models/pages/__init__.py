"""What people look at of shared models."""
