"""Passwords come from files, never from the environment or a command line."""

from pathlib import Path

from caveat.errors import DependencyMissing


def password_of(path: Path) -> str:
    """Read a password. Raises DependencyMissing, which never says what was read."""
    try:
        password = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise DependencyMissing(
            f"the password file {path} cannot be read ({type(error).__name__})"
        ) from error
    if not password:
        raise DependencyMissing(f"the password file {path} is empty")
    return password
