"""What users touch: SDK, settings, command line."""
