"""What a provider's bundle is called: as its `bundle.json` says."""

from ferrule.errors import StoreError
from ferrule.workspace.import_index import ImportIndex, imports_folder, read_index
from ferrule.workspace.provider_titles import provider_title
from ferrule.workspace.workspace import Workspace


def bundle_title(workspace: Workspace, provider: str) -> str:
    """Return the title of a provider's bundle; its id where there is no `bundle.json`.

    The shipped one comes first, an imported one last: nobody takes another's name.
    """
    return provider_title(provider, workspace.project.descriptors, _index_of(workspace))


def _index_of(workspace: Workspace) -> ImportIndex | None:
    try:
        return read_index(imports_folder(workspace.home, workspace.project.key))
    except StoreError:
        return None
