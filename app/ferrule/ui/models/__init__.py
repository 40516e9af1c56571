"""Models: values of the workspace as Qt asks for them; no widget, no I/O."""
