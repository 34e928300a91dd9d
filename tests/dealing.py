"""How tests are dealt out to the processes of `-n 2`: as they stand together, and in their order."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from xdist.scheduler import LoadScopeScheduling

# Its modules share processes, which take long to start.
FAULTS = "tests/faults/"


class Together(LoadScopeScheduling):
    """Tests of one module that follow each other go to one process, for they share fixtures.

    A module whose tests are apart, since some need the worker, is dealt out in as many parts.
    """

    def add_node_collection(self, node, collection: Sequence[str]) -> None:
        super().add_node_collection(node, collection)
        self.parts = dict(_parts(collection))

    def _split_scope(self, nodeid: str) -> str:
        return self.parts[nodeid]


def _parts(collection: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, (module, together) in enumerate(groupby(collection, _module_of)):
        for nodeid in together:
            yield nodeid, f"{number} {module}"


def _module_of(nodeid: str) -> str:
    return FAULTS if nodeid.startswith(FAULTS) else nodeid.partition("::")[0]
