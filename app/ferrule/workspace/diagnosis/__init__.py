"""What an answer that is not as expected means: one cause, and what to try next."""

from ferrule.workspace.diagnosis.answers import Scene, diagnose
from ferrule.workspace.diagnosis.clocks import clock_ahead, clock_words
from ferrule.workspace.diagnosis.finding import AnswerTrouble, Diagnosis

__all__ = [
    "AnswerTrouble",
    "Diagnosis",
    "Scene",
    "clock_ahead",
    "clock_words",
    "diagnose",
]
