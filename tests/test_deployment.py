"""What is shipped for operators fits the schemas of what reads it, and Pincite's own settings."""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from api.settings import Settings

ROOT = Path(__file__).parent.parent
DEPLOYMENT = ROOT / "docs" / "deployment"
MANIFESTS: list[dict[str, Any]] = list(
    yaml.safe_load_all((DEPLOYMENT / "kubernetes.yaml").read_text(encoding="utf-8"))
)
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOYMENT / "pincite.service").read_text(encoding="utf-8")
USER = 10001


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: manifest["kind"])
def test_kubernetes_takes_each_manifest(manifest: dict[str, Any]) -> None:
    """Strictly: a field that Kubernetes does not know is an error."""
    kubernetes_validate.validate(manifest, "1.33", strict=True)


def pod() -> dict[str, Any]:
    """The pod that the deployment runs."""
    [deployment] = [one for one in MANIFESTS if one["kind"] == "Deployment"]
    spec: dict[str, Any] = deployment["spec"]["template"]["spec"]
    return spec


def test_the_pod_is_the_user_and_has_the_folders_that_the_image_has() -> None:
    assert f"USER {USER}:{USER}" in DOCKERFILE
    assert f"chown={USER}:{USER} /data /data" in DOCKERFILE
    security = pod()["securityContext"]
    assert [security[name] for name in ("runAsUser", "runAsGroup", "fsGroup")] == [USER] * 3
    [container] = pod()["containers"]
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/data", "/tmp"]  # noqa: S108
    assert container["ports"] == [{"name": "http", "containerPort": 8000}]


def test_probes_ask_the_routes_that_there_are() -> None:
    [container] = pod()["containers"]
    asked = {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}
    assert asked == {"startupProbe": "/readyz", "readinessProbe": "/readyz", "livenessProbe": "/healthz"}


def test_everything_that_is_set_is_a_setting() -> None:
    [container] = pod()["containers"]
    named = {variable["name"] for variable in container["env"]}
    named |= set(re.findall(r"^Environment=(\w+)=", UNIT, re.MULTILINE))
    named |= set(re.findall(r"\b(PINCITE_\w+)=", DOCKERFILE))
    known = {f"PINCITE_{name.upper()}" for name in Settings.model_fields}
    assert {"PINCITE_DATA", "PINCITE_LOG_FORMAT", "PINCITE_MODEL"} <= named
    assert named <= known


def test_the_unit_can_write_only_where_its_library_is() -> None:
    lines = UNIT.splitlines()
    for line in ("ProtectSystem=strict", "DynamicUser=yes", "StateDirectory=pincite"):
        assert line in lines
    assert "Environment=PINCITE_DATA=/var/lib/pincite" in lines
    assert "ExecStart=/opt/pincite/bin/pincite serve" in lines


def test_the_container_of_compose_is_as_closed_as_the_pod() -> None:
    [service] = COMPOSE["services"].values()
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    [container] = pod()["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
