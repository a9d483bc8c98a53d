"""From files to a durable, searchable collection."""
