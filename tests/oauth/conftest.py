import pytest
from tests.support.authority import AuthorityServer, authority
from tests.support.forgetting import forgotten


@pytest.fixture(scope="module")
def running() -> AuthorityServer:
    """The sandbox's authorization server on loopback."""
    with authority() as server:
        yield server


@pytest.fixture
def service(running) -> AuthorityServer:
    """The server, well-behaved and as good as new."""
    running.authority.behave()
    running.authority.ledger.tokens.clear()
    return running


@pytest.fixture(autouse=True)
def _forgetful():
    """Each test begins without the secrets of those before it: they take time."""
    with forgotten():
        yield
