"""Which code trained a model."""

import subprocess
from pathlib import Path


def find_git_commit() -> str:
    """Give the commit of the checkout that this code runs from, ``+dirty`` where ``src`` was changed.

    Returns
    -------
    str
        40 hexadecimal digits; ``""`` outside a checkout, or where git is not installed.
    """
    folder = Path(__file__).resolve().parents[3]
    if not (folder / ".git").exists():
        return ""
    commit = run_git(folder, "rev-parse", "HEAD")
    changed = run_git(folder, "status", "--porcelain", "--", "src")
    return f"{commit}+dirty" if commit and changed else commit


def run_git(folder: Path, *arguments: str) -> str:
    """Run git and give what it prints, ``""`` where it fails or is not installed."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
