"""What keeps a room closed, read off the settings that every room is started with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from partnership_lib.review.launcher.guards import is_local
from partnership_lib.review.launcher.orders import Orders, Room

MOST_KERNELS = 16
IDLE_SECONDS = 3600


def judged_room() -> list[dict[str, Any]]:
    """Return every guard of a room: its name, what it is set to, whether that is safe."""
    from partnership_lib.review.launcher import server

    config = server.settings(Orders(Room(Path("room.ipynb"), "sv"), "token"))
    voila, page, kernels = config.Voila, config.VoilaConfiguration, config.FewKernels
    asked = voila.tornado_settings
    policy = asked["headers"].get("Content-Security-Policy", "")
    overrides = page.allow_template_override == page.allow_theme_override == "NO"
    rows = (
        ("address", voila.ip, is_local(voila.ip)),
        ("remote_names", _yes(asked["allow_remote_access"]), asked["allow_remote_access"] is False),
        ("login", _yes(bool(voila.token)), bool(voila.token)),
        ("policy", policy.split(";")[0] or "–", policy.startswith("default-src 'self';")),
        ("templates", _yes(not overrides), overrides),
        ("files", ", ".join(page.file_allowlist) or "–", page.file_allowlist == []),
        ("most_kernels", str(kernels.most_kernels), 0 < kernels.most_kernels <= MOST_KERNELS),
        ("idle_kernels", f"{kernels.cull_idle_timeout} s", 0 < kernels.cull_idle_timeout <= IDLE_SECONDS),
    )
    return [{"name": name, "seen": seen, "safe": safe} for name, seen, safe in rows]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
