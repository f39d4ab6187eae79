"""Background work of the outbox and the clocks: rows are claimed by lease, worked, marked."""
