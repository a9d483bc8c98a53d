"""What a decoder is given, and the fixed sentences of the product, in English and Chinese."""

from .prompt import Prompt
from .sentences import is_not_told, not_told

__all__ = ["Prompt", "is_not_told", "not_told"]
