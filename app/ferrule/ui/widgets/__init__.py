"""The parts of which pages are made: real Qt widgets that paint themselves.

Keyboard and accessibility come with the Qt class below each of them. Import a widget
from its own module; nothing is gathered here, so that a page loads only what it shows.
"""
