"""Forms made from the models of a descriptor, each field of its kind."""
