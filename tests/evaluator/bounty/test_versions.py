"""A contest's scores are made with the backend and the versions that its manifest names, or not at all."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from hyperbounty.bounty.scoring import check_versions
from hyperbounty.errors import ManifestError, TrainingError
from hyperbounty.training.machine import describe_versions
from tests.evaluator.bounty.small_contest import make_scoring

JAX = find_spec("jax") is not None
needs_jax = pytest.mark.skipif(not JAX, reason="JAX is not installed (pip install 'hyperbounty[jax]')")


@pytest.mark.skipif(JAX, reason="JAX is installed")
def test_a_backend_that_is_not_there_is_named_before_anything_is_trained() -> None:
    manifest = make_scoring().manifest.model_copy(update={"backend": "jax"})
    with pytest.raises(TrainingError, match=r'backend jax is not installed; pip install "hyperbounty\[jax\]"'):
        check_versions(manifest)


@needs_jax
def test_a_manifest_of_jax_asks_for_the_versions_of_jax() -> None:
    manifest = make_scoring().manifest.model_copy(update={"backend": "jax", "versions": describe_versions("jax")})
    check_versions(manifest)
    with pytest.raises(ManifestError, match=r"scored with jaxlib 0\.0\.1"):
        check_versions(manifest.model_copy(update={"versions": {"jaxlib": "0.0.1"}}))


def test_no_package_of_a_manifest_becomes_an_instruction() -> None:
    manifest = make_scoring().manifest
    for versions in ({"evil-package": "1.0"}, {"numpy": "1.0; rm -rf ~"}, {"keras": "@ https://evil.example/k.whl"}):
        with pytest.raises(ManifestError) as caught:
            check_versions(manifest.model_copy(update={"versions": versions}))
        [[name, version]] = versions.items()
        assert name not in caught.value.next_step or name in describe_versions()
        assert version not in caught.value.next_step
        assert "==" not in str(caught.value)
        assert "pip" not in str(caught.value)
