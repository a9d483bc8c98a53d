"""The demo collection and the script that draws its documents."""
