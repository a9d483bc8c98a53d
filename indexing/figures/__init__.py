"""Where the figures of a page are: pictures and drawings, their legends and marks."""
