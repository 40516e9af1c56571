"""What a sample response suggests for a descriptor, with scores and reasons."""

from ferrule.suggestion.candidate import Confidence
from ferrule.suggestion.draft import first_descriptor
from ferrule.suggestion.suggesting import Known, Places, Suggestion, Topic, suggest

__all__ = [
    "Confidence",
    "Known",
    "Places",
    "Suggestion",
    "Topic",
    "first_descriptor",
    "suggest",
]
