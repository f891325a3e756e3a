"""The evaluator: train what was revealed, report, record, verify."""
