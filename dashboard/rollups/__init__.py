"""Make the roll-ups where the attendances are: the build's own statements, on Spark."""
