"""From a request template and its context to one `Request`."""

from ferrule.request.template import RequestTemplate

__all__ = ["RequestTemplate"]
