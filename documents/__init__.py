"""What was written: stored plans and reports, the reading of each, and its way through the pipeline."""
