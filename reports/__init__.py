"""What was reached, and how the two compare: results, matches, verdicts, flags, checks."""
