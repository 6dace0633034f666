"""What every other part speaks in: positions, records, findings, errors. Depends on nothing of ours."""
