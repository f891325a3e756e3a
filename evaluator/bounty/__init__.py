"""The evaluator of a bounty: train what was revealed, report, record, verify."""
