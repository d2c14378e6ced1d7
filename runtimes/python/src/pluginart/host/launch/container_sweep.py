"""Removes what dead hosts left on an engine."""

from .docker_client import DockerClient
from .host_identity import host_identity, is_certainly_gone

HOST_LABEL = "pluginart.host"
PLUGIN_LABEL = "pluginart.plugin"


def container_labels(plugin: str) -> dict[str, str]:
    """Return what a container says of itself: which process started it, and as what."""
    return {HOST_LABEL: host_identity(), PLUGIN_LABEL: plugin}


async def sweep_containers(docker: DockerClient) -> None:
    """Remove the containers of this user's hosts that are gone. An engine that does not answer is let be."""
    form = f'{{{{.ID}}}} {{{{.Label "{HOST_LABEL}"}}}}'
    listed = await docker.ask("ps", "--all", "--filter", f"label={HOST_LABEL}", "--format", form)
    pairs = [line.split() for line in (listed or "").splitlines()]
    left = [pair[0] for pair in pairs if len(pair) == 2 and is_certainly_gone(pair[1])]
    if left:
        await docker.remove(*left)
