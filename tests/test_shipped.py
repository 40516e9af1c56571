"""Where the files that travel with the program are."""

from ferrule import shipped


def test_the_catalogue_and_the_resources_are_found():
    assert (shipped.descriptors() / "ferrule" / "bundle.json").is_file()
    assert (shipped.resources() / "schema" / "descriptor.schema.json").is_file()
