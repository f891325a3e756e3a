"""Every executor that there is passes the contract."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.pool import LocalPool
from tests.compute.executor_contract import ExecutorContract, GuardedExecutorContract, MakeExecutor, OddExecutor


class TestInProcess(ExecutorContract):
    @pytest.fixture
    def make_executor(self) -> MakeExecutor:
        return InProcess


class TestLocalPool(GuardedExecutorContract):
    @pytest.fixture
    def make_executor(self) -> Iterator[MakeExecutor]:
        with ExitStack() as stack:

            def make(*prepare: Any, **how: Any) -> OddExecutor:
                made: LocalPool[str, str, str] = LocalPool(*prepare, workers=1, **how)
                stack.callback(made.stop)
                return made

            yield make
        assert multiprocessing.active_children() == []


# Ray leaves sockets and processes to the end of the interpreter.
@pytest.mark.ray
@pytest.mark.filterwarnings("ignore")
class TestRayCluster(GuardedExecutorContract):
    tells_progress = False

    @pytest.fixture(scope="class")
    def nodes(self) -> Iterator[Any]:
        """A cluster of one node for all of these tests, which takes seconds to start."""
        pytest.importorskip("ray", reason="Ray is not installed: pip install hyperbounty[ray]")
        cluster_utils = pytest.importorskip("ray.cluster_utils")
        with pytest.MonkeyPatch.context() as patch:
            # Its nodes import what the test does.
            patch.setenv("PYTHONPATH", os.pathsep.join([str(Path.cwd()), *sys.path]))
            made = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
            yield made
            made.shutdown()

    @pytest.fixture
    def make_executor(self, nodes: Any) -> Iterator[MakeExecutor]:
        from hyperbounty.compute.cluster import RayCluster

        with ExitStack() as stack:

            def make(*prepare: Any, **how: Any) -> OddExecutor:
                made: RayCluster[str, str, str] = RayCluster(*prepare, workers=1, address=nodes.address, **how)
                stack.callback(made.stop)
                return made

            yield make
