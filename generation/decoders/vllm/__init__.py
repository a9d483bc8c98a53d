"""A language model served by vLLM, or by another server with an OpenAI-compatible API."""
