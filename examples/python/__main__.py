"""A central window over two Regions, and a window that installs in one, as remote components."""

import pulumi


class Component(pulumi.ComponentResource):
    """A component of the package, by its name. `pulumi package add` makes a class of each, with types."""

    windowId: pulumi.Output[str]

    def __init__(self, kind: str, name: str, args: dict):
        super().__init__(f"patchplane:index:{kind}", name, {**args, "windowId": None}, remote=True)


targets = {"patchGroups": ["web"]}
central = Component(
    "RegionalFanout",
    "central",
    {"region": "us-east-1", "fanout": {"regions": ["us-east-1", "eu-west-3"]}, "targets": targets},
)
install = Component("PatchInstallWindow", "nightly", {"targets": targets})

pulumi.export("windowIds", [central.windowId, install.windowId])
