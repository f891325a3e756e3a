"""What commands and pages show of shared models."""
