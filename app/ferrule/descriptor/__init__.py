"""The descriptor: one document that says what a connector is."""

from ferrule.descriptor.document import read_descriptor
from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import Stream

__all__ = ["Connector", "Stream", "read_descriptor"]
