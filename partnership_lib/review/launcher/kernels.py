"""Kernels as the servers on the desk may start them: few at a time, and of this interpreter."""

from __future__ import annotations

import sys
from typing import Any

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # before Jupyter is imported: saves a second

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager  # noqa: E402
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager  # noqa: E402
from tornado.web import HTTPError  # noqa: E402
from traitlets import Integer  # noqa: E402


class OwnInterpreter(KernelSpecManager):
    """Knows one kernel: this very interpreter, whatever kernels are installed on the machine."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Return its name; it has no folder."""
        return {"python3": ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return how it is started: nothing is imported from the notebook's folder, no history is written."""
        options = ("--InteractiveShellApp.ignore_cwd=True", "--HistoryManager.enabled=False")
        return KernelSpec(
            argv=[sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}", *options],
            display_name="Python 3",
            language="python",
            metadata={"supported_encryption": ["curve"]},
        )


class FewKernels(AsyncMappingKernelManager):
    """Starts at most `most_kernels` kernels: every open page has one, with its own copy of the data."""

    most_kernels = Integer(4, min=1, help="How many can run at once.").tag(config=True)

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        """Return the id of a new kernel.

        Raises
        ------
        tornado.web.HTTPError
            503 when there are as many as there may be.
        """
        if len(self.list_kernel_ids()) >= self.most_kernels:
            raise HTTPError(503)
        return await super().start_kernel(**options)
