"""What a response body holds."""

from ferrule.response.format import ResponseFormat

__all__ = ["ResponseFormat"]
