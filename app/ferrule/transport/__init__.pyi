from ferrule.transport.client import Client as Client
from ferrule.transport.hosts import HostPolicy as HostPolicy
from ferrule.transport.hosts import check_next as check_next
from ferrule.transport.hosts import same_origin as same_origin
from ferrule.transport.notices import Notice as Notice
from ferrule.transport.notices import Retrying as Retrying
from ferrule.transport.notices import Throttled as Throttled
from ferrule.transport.reach import Reach as Reach
