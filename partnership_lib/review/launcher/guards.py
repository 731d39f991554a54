"""What keeps JupyterLab closed: each setting with how it is forced, how it is read off the server, and what is safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from partnership_lib.review.launcher.orders import ADDRESS

MOST_KERNELS = 16
IDLE_SECONDS = 4 * 3600
"""A kernel whose page is closed and that has done nothing for so long is stopped."""
SERVICES_OFF = ("nbconvert",)
"""Jupyter's pages that turn a notebook into HTML: a script in the notebook runs with the rights of the server there."""
EXTENSIONS_OFF = ("voila.server_extension", "jupyter_server_terminals", "notebook_shim", "jupyter_lsp")
"""Extensions with addresses that answer anybody, or that start other programs."""
OWN_EXTENSION = "partnership_lib.review.lab"
"""What makes copies of notebooks; named here, so that a checkout has it too: no installer has told Jupyter of it."""

Server = Any


@dataclass(frozen=True)
class Guard:
    """One setting that keeps the server closed.

    Attributes
    ----------
    name : str
        Its word is under ``word.server_setting``.
    forced : Mapping
        Jupyter's options with the values that they are set to, whatever the machine's own Jupyter settings say.
    seen : callable
        Returns what a server has, for people to read.
    is_safe : callable
        Returns whether that is safe.
    """

    name: str
    seen: Callable[[Server], str]
    is_safe: Callable[[Server], bool]
    forced: Mapping[str, Any] = field(default_factory=dict)


def is_local(address: str) -> bool:
    """Return whether an address is reached from this machine only.

    Examples
    --------
    >>> [is_local(address) for address in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "", "10.1.2.3")]
    [True, True, True, False, False, False]
    """
    if address == "localhost":
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _exposed_on_purpose(server: Server) -> bool:
    """Return whether somebody has asked for this address, and what goes over the network is encrypted."""
    return bool(server.asked_address) and server.ip == server.asked_address and bool(server.certfile)


def _cookie_flags(server: Server) -> str:
    """Return which flags the cookie of a login has, as Jupyter works them out for each answer."""
    options = server.identity_provider.cookie_options
    is_secure = options.get("secure", bool(server.certfile) and server.identity_provider.secure_cookie is not False)
    flags = {"HttpOnly": options.get("httponly", True), "Secure": is_secure, "SameSite": "samesite" in options}
    return ", ".join(name for name, is_set in flags.items() if is_set)


def _open_extensions(server: Server) -> list[str]:
    return [name for name in EXTENSIONS_OFF if server.jpserver_extensions.get(name)]


def _origins(server: Server) -> str:
    return server.allow_origin or server.allow_origin_pat or ("credentials" if server.allow_credentials else "")


def _most_kernels(server: Server) -> int:
    return int(getattr(server.kernel_manager, "most_kernels", 0))


def _answering_services(server: Server) -> list[str]:
    services = (*server.default_services, *server.extra_services)
    return [service for service in services if any(name in service for name in SERVICES_OFF)]


GUARDS = (
    Guard(
        "address",
        lambda server: server.sock or server.ip,
        lambda server: not server.sock and (is_local(server.ip) or _exposed_on_purpose(server)),
        {"ServerApp.ip": ADDRESS, "ServerApp.sock": ""},
    ),
    Guard(
        "remote_names",
        lambda server: _yes(server.allow_remote_access),
        lambda server: not server.allow_remote_access or _exposed_on_purpose(server),
        {"ServerApp.allow_remote_access": False},
    ),
    Guard(
        "login",  # cannot be forced: a token would stand in the list of processes, so a server without one is refused
        lambda server: _yes(server.identity_provider.auth_enabled),
        lambda server: bool(server.identity_provider.auth_enabled),
    ),
    Guard(
        "login_everywhere",
        lambda server: _yes(not server.allow_unauthenticated_access),
        lambda server: not server.allow_unauthenticated_access,
        {"ServerApp.allow_unauthenticated_access": False},
    ),
    Guard(
        "xsrf",
        lambda server: _yes(not server.disable_check_xsrf),
        lambda server: not server.disable_check_xsrf,
        {"ServerApp.disable_check_xsrf": False},
    ),
    Guard(
        "origins",
        lambda server: _origins(server) or "–",
        lambda server: not _origins(server),
        {"ServerApp.allow_origin": "", "ServerApp.allow_origin_pat": "", "ServerApp.allow_credentials": False},
    ),
    Guard(
        "cookie",
        lambda server: _cookie_flags(server) or "–",
        lambda server: _cookie_flags(server) == f"HttpOnly, {'Secure, ' if server.certfile else ''}SameSite",
        {"PasswordIdentityProvider.cookie_options": {"samesite": "Lax"}, "IdentityProvider.secure_cookie": None},
    ),
    Guard(
        "root_dir",
        lambda server: str(server.root_dir),
        lambda server: (Path(server.root_dir) / "partnership.toml").is_file(),
    ),
    Guard(
        "terminals",
        lambda server: _yes(server.terminals_enabled),
        lambda server: not server.terminals_enabled,
        {"ServerApp.terminals_enabled": False},
    ),
    Guard(
        "most_kernels",
        lambda server: str(_most_kernels(server) or "–"),
        lambda server: 0 < _most_kernels(server) <= MOST_KERNELS,
        {
            "ServerApp.kernel_manager_class": "partnership_lib.review.launcher.kernels.FewKernels",
            "FewKernels.most_kernels": MOST_KERNELS,
        },
    ),
    Guard(
        "idle_kernels",
        lambda server: f"{server.kernel_manager.cull_idle_timeout} s",
        lambda server: 0 < server.kernel_manager.cull_idle_timeout <= IDLE_SECONDS,
        {
            "FewKernels.cull_idle_timeout": IDLE_SECONDS,
            "FewKernels.cull_interval": 300,
            "FewKernels.cull_connected": False,
        },
    ),
    Guard(
        "conversions",
        lambda server: _yes(bool(_answering_services(server))),
        lambda server: not _answering_services(server),
        {"ServerApp.extra_services": []},
    ),
    Guard(
        "extensions",
        lambda server: ", ".join(_open_extensions(server)) or "–",
        lambda server: not _open_extensions(server),
        {"ServerApp.jpserver_extensions": {**dict.fromkeys(EXTENSIONS_OFF, False), OWN_EXTENSION: True}},
    ),
    Guard(
        "installing",
        lambda server: str(server.starter_app.extension_manager),
        lambda server: server.starter_app.extension_manager == "readonly",
        {"LabApp.extension_manager": "readonly"},
    ),
)


def forced_options(asked_address: str = "") -> list[str]:
    """Return the options that force every guard, as Jupyter takes them when it is started.

    Parameters
    ----------
    asked_address : str
        An address that others reach; whether the connection is encrypted is seen on the server.
    """
    options = {option: value for guard in GUARDS for option, value in guard.forced.items()}
    if asked_address:
        options |= {"ServerApp.ip": asked_address, "ServerApp.allow_remote_access": True}
    return [f"--{option}={value}" for option, value in options.items()]


def judged(server: Server) -> list[dict[str, Any]]:
    """Return every guard as it stands on a server: its name, what was seen, whether that is safe."""
    return [{"name": guard.name, "seen": guard.seen(server), "safe": guard.is_safe(server)} for guard in GUARDS]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
