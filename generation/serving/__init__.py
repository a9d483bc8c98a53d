"""What a served model needs, and how its server is started."""
