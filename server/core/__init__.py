"""What every room stands on: errors, the bus, owned tasks, limits, secrets, presence."""
