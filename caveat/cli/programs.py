"""The files that supervisord runs the stack from.

HOME/run holds for each program a shell script that is the whole of how it is started, so that no
setting's value has to survive supervisord's configuration language.
"""

import hashlib
import os
import re
import shlex
import tempfile
from collections.abc import Iterable
from pathlib import Path

from caveat.cli.plan import Program
from caveat.errors import StartupError

STOP_SECONDS = 20
_SOCKET_LIMIT = 90  # bytes; the system allows 108 and supervisord appends to the name

_SUPERVISORD = """\
; Written by `caveat up`. Each program is started by the script of its name in this folder.
[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisord]
logfile={home}/logs/supervisord.log
pidfile={home}/run/supervisord.pid
childlogdir={home}/logs
identifier=caveat
nocleanup=true
{user}
"""

# A program that lived longer than `startsecs` is restarted at once; one that keeps dying younger
# waits a second more each time. The digest makes a changed script a changed program.
_PROGRAM = """
[program:{name}]
command=/bin/sh {script}
directory={root}
environment=CAVEAT_SCRIPT="{digest}"
autostart=false
autorestart=true
startsecs=10
startretries=1000000
stopsignal=TERM
stopwaitsecs={stop_seconds}
stopasgroup=true
killasgroup=true
redirect_stderr=true
stdout_logfile={home}/logs/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=1
"""


def script_of(program: Program, run: Path) -> str:
    """Write how a program is started: leave the pid, set the environment, become the program."""
    exports = "".join(
        f"export {name}={shlex.quote(value)}\n"
        for name, value in sorted(program.environment.items())
    )
    pidfile = shlex.quote(str(run / f"{program.name}.pid"))
    return f"echo $$ >{pidfile}\n{exports}exec {shlex.join(program.command)}\n"


def config_of(home: Path, root: Path, programs: Iterable[Program]) -> str:
    """Write supervisord's configuration. Raises StartupError for a folder it cannot take."""
    for folder in (home, root):
        if not re.fullmatch(r"[\w /.@+:,=~-]+", str(folder)):
            raise StartupError(f"the folder {folder} has signs in its name that cannot be used")
    user = "user=root" if os.geteuid() == 0 else ""
    parts = [_SUPERVISORD.format(socket=socket_of(home), home=home, user=user)]
    for program in programs:
        script = script_of(program, home / "run")
        parts.append(
            _PROGRAM.format(
                name=program.name,
                script=shlex.quote(str(home / "run" / f"{program.name}.sh")),
                root=root,
                home=home,
                digest=hashlib.sha256(script.encode()).hexdigest()[:12],
                stop_seconds=STOP_SECONDS,
            )
        )
    return "".join(parts)


def socket_of(home: Path) -> Path:
    """Place supervisord's socket: in the folder, unless its path is too long for a socket."""
    path = home / "run" / "supervisor.sock"
    if len(os.fsencode(path)) <= _SOCKET_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"caveat-{digest}.sock"
