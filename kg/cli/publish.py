"""``kg publish``."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import home_option, settings, steps
from kg.release.replication.publication import MOST_DAYS
from kg.release.replication.publish import DEFAULT_DAYS, Terms
from kg.release.replication.publish import publish as publish_release
from kg.release.store import ReleaseStore


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.argument("release_id", required=False)
@click.option(
    "--last",
    type=click.IntRange(1),
    help="Keep so many releases in the folder, and remove older ones. All are kept if this is not given.",
)
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Sign with the secret key in this file, of minisign or openssl (Ed25519).",
)
@click.option(
    "--expires",
    "days",
    type=click.FloatRange(0.001, MOST_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help="Readers take nothing more after so many days; publish again before that.",
)
@click.option("--roll-back", is_flag=True, help="Make an older release current again for all readers.")
@click.option(
    "--new-key",
    "new_key_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Make a key pair instead: the secret key in this file, and the public key beside it, in .pub.",
)
@home_option
def publish(
    folder: Path | None,
    release_id: str | None,
    last: int | None,
    key_file: Path | None,
    days: float,
    roll_back: bool,
    new_key_file: Path | None,
    home: Path | None,
) -> None:
    """Write a release, the current one unless RELEASE_ID names another, into FOLDER for others to copy.

    Any server of files can offer the folder; 'kg fetch' and 'kg serve --follow' take releases from it. Existing files
    are not written again, and no reader sees a release that is not whole. With --key the pointer to the release is
    signed; without it, readers take it only with --insecure. Publishing the same release again renews the signature,
    with a later expiry.
    """
    if new_key_file is not None:
        _make_key(new_key_file)
        return
    if folder is None:
        raise click.UsageError("Name the FOLDER to publish into, or make a key with --new-key.")
    store = ReleaseStore(settings(home=home).home)
    release = store.get(release_id) if release_id else store.current()
    terms = _terms(key_file, days, roll_back=roll_back)
    with steps() as step:
        step("Publishing the release")
        pointer = publish_release(release, folder, terms, last=last)
    click.echo(f"Release {pointer.release_id} is published in {folder}")
    if terms.key is None:
        click.echo("It is not signed, so readers take it only with --insecure. Sign it with --key.", err=True)
    else:
        expiry = pointer.expires_at.isoformat(timespec="minutes")
        click.echo(f"Signed with the key {terms.key.public.name}, until {expiry}.")


def _make_key(path: Path) -> None:
    from kg.release.replication.minisign import public_path, write_new_key  # and with it cryptography

    key = write_new_key(path)
    click.echo(f"The secret key is in {path}: it has no password, so keep the file to yourself.")
    click.echo(f"The public key is in {public_path(path)}, for KG_FOLLOW_KEY: {key.public.line}")


def _terms(key_file: Path | None, days: float, *, roll_back: bool) -> Terms:
    if key_file is None:
        return Terms(None, days, roll_back)
    from kg.release.replication.minisign import read_secret_key  # as above

    def ask() -> str:
        return str(click.prompt(f"Password of {key_file}", hide_input=True, err=True))

    return Terms(read_secret_key(key_file, ask), days, roll_back)
