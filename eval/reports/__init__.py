"""What a run shows: a page for people, in HTML and in Markdown."""
