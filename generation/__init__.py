"""From evidence to answers with citations."""
