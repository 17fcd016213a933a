"""``kg fetch``, and the process that follows for ``kg serve``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import checked, home_option, insecure_option, key_option, settings, steps, variables_of
from kg.core.credentials import read_headers
from kg.core.errors import CopyFailed, FileAltered
from kg.core.settings import Settings
from kg.engine.pool.processes import FOLLOWER, raise_oom_score
from kg.engine.pool.worker import die_with_parent
from kg.release import Release
from kg.release.replication.fetch import Follower
from kg.release.replication.fetch import fetch as fetch_release
from kg.release.replication.publication import Pointer
from kg.release.store import ReleaseStore

if TYPE_CHECKING:
    from kg.release.replication.download import Origin

_NICENESS = 10
_ALTERED = 3  # the exit code if a file is not the one that was published


@click.command()
@click.argument("follow", metavar="[URL]", required=False, callback=checked)
@click.option(
    "--stay", is_flag=True, help="Leave the current release as it is; 'kg rollback ID' makes this one current."
)
@click.option("--last", type=click.IntRange(1), help="Keep so many releases in the home, and remove older ones.")
@click.option("--every", type=click.FloatRange(0.1, 3600), help="Look again after so many seconds, for ever.")
@key_option
@insecure_option
@click.option("--no-notice", is_flag=True, hidden=True, help="Do not explain --insecure again.")
@home_option
def fetch(
    follow: str | None,
    stay: bool,
    last: int | None,
    every: float | None,
    follow_key: str | None,
    insecure: bool | None,
    no_notice: bool,
    home: Path | None,
) -> None:
    """Take a release from where it is published, verify it, and make it the current one.

    URL names a folder that 'kg publish' wrote, or the pointer of one release in it, such as ID.json; without it,
    KG_FOLLOW does. A download that broke off is taken up where it was. A service over the same home changes to the
    release by itself. The pointer must be signed by a key in --key or KG_FOLLOW_KEY. The exit code is 3 if a file
    differs from the one that was published.
    """
    place = home.absolute() if home else None
    chosen = settings(follow=follow, home=place, follow_key=follow_key, follow_insecure=insecure)
    if chosen.follow is None:
        raise click.UsageError("Name the URL of a publication, or set KG_FOLLOW.")
    if every is not None and stay:
        raise click.UsageError("--stay does not go with --every, which follows a publication.")
    check_follow_options(chosen, notice=not no_notice)
    if every is not None:
        _follow(chosen, every)
        return
    try:
        with steps() as step:
            release = fetch_published(chosen, step, stay=stay, last=last)
    except FileAltered as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(_ALTERED) from error
    click.echo(f"Release {release.release_id}: {release.manifest.quads} quads, in {release.folder}")


def check_follow_options(chosen: Settings, *, notice: bool = True) -> None:
    """See that a key or --insecure was chosen, and explain the latter on standard error.

    Raises:
        SettingInvalid: neither was chosen, or both, or a key is none.
    """
    from kg.release.replication.policy import INSECURE_NOTICE, read_policy

    read_policy(chosen.home, chosen.follow_key, insecure=chosen.follow_insecure)
    if chosen.follow_insecure and notice:
        click.echo(INSECURE_NOTICE, err=True)


def fetch_published(
    chosen: Settings, step: Callable[[str], None], *, stay: bool = False, last: int | None = None
) -> Release:
    """Fetch the release of the publication that the settings name.

    Raises:
        As ``kg.release.replication.fetch.fetch``.
    """
    store = ReleaseStore(chosen.home)
    with _origin(chosen) as origin:
        step(f"Asking {origin.url}")
        pointer = origin.pointer()
        release = fetch_release(store, origin, pointer, most_bytes=chosen.fetch_bytes, step=step)
    if not stay:
        store.set_current(release)
    if last is not None:
        store.prune(last)
    return release


def _follow(chosen: Settings, every: float) -> None:
    """Look for releases until stopped; fetch each in a separate process, so a crash does no harm."""

    def fetch_in_process(pointer: Pointer) -> None:
        process = _start(chosen, "--last", str(chosen.follow_last), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = process.communicate()[1]
        # the exit code separates altered files from other failures; click writes its message after the last "Error: "
        if process.returncode:
            message = errors.rpartition("Error: ")[2].strip()
            failure = FileAltered if process.returncode == _ALTERED else CopyFailed
            raise failure(
                message or f"fetching {pointer.release_id} ended with {process.returncode}. Is there memory enough?"
            )

    with _origin(chosen) as origin:
        Follower(ReleaseStore(chosen.home), origin, fetch_in_process, lambda text: click.echo(text, err=True)).follow(
            every
        )


def start_follower(chosen: Settings) -> subprocess.Popen[str]:
    """Start the process that follows for a service, at low priority."""
    follower = _start(chosen, "--every", str(chosen.follow_seconds), apart=True)
    with suppress(OSError):  # it has ended
        os.setpriority(os.PRIO_PROCESS, follower.pid, _NICENESS)
    return follower


def _start(
    chosen: Settings, *words: str, apart: bool = False, stdout: int | None = None, stderr: int | None = None
) -> subprocess.Popen[str]:
    """Start ``kg fetch`` as a process that ends with this one; ``apart`` from the terminal if it must."""
    return subprocess.Popen(  # noqa: S603 - this program
        [sys.executable, "-m", "kg", "fetch", "--no-notice", *words],
        # the child reads the same settings from its environment, also those that were given as options here
        env={**os.environ, **variables_of(chosen)},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        text=True,
        start_new_session=apart,  # Ctrl-C is for the service, which then ends what it started
        # the id is read before the fork: the child compares it, in case the parent has ended meanwhile
        preexec_fn=partial(_prepare, os.getpid()),
    )


def _prepare(parent: int) -> None:
    """Set up the new process: it ends with its parent, and before it where memory is short."""
    die_with_parent(parent)
    raise_oom_score(FOLLOWER)


@contextmanager
def _origin(chosen: Settings) -> Iterator[Origin]:
    from kg.release.replication.download import Origin  # and with it httpx2, a quarter of a second of the start
    from kg.release.replication.policy import read_policy

    hosts = frozenset(host for host in chosen.fetch_hosts.split(",") if host)
    headers = dict(read_headers("KG_FETCH_HEADERS", chosen.fetch_headers))
    policy = read_policy(chosen.home, chosen.follow_key, insecure=chosen.follow_insecure)
    origin = Origin(str(chosen.follow), policy, headers=headers, hosts=hosts)
    try:
        yield origin
    finally:
        origin.close()
