"""One loader a format, all giving the same parsed form."""
