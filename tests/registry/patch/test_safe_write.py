"""A file is replaced whole or not at all."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time

import pytest

from metasyn.errors import OutputError
from metasyn.registry.patch.safe_write import replace_file

STAMP = "20240304-120000"


def digest(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")
    return path


def test_new_content_and_a_dated_backup(path):
    backup = replace_file(path, b"new", read_sha256=digest(b"old"), stamp=STAMP)
    assert path.read_bytes() == b"new"
    assert backup.name == "book.backup-20240304-120000.xlsx"
    assert backup.read_bytes() == b"old"
    assert sorted(other.name for other in path.parent.iterdir()) == [backup.name, path.name]


def test_a_second_backup_of_the_same_moment(path):
    replace_file(path, b"new", read_sha256=digest(b"old"), stamp=STAMP)
    backup = replace_file(path, b"newer", read_sha256=digest(b"new"), stamp=STAMP)
    assert backup.name == "book.backup-20240304-120000-2.xlsx"
    assert backup.read_bytes() == b"new"


def test_the_mode_is_kept(path):
    path.chmod(0o640)
    replace_file(path, b"new", read_sha256=digest(b"old"), stamp=STAMP)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(path):
    link = path.with_name("link.xlsx")
    link.symlink_to(path)
    replace_file(link, b"new", read_sha256=digest(b"old"), stamp=STAMP)
    assert link.is_symlink()
    assert path.read_bytes() == b"new"


def assert_refused(path, match):
    before = path.read_bytes()
    with pytest.raises(OutputError, match=match):
        replace_file(path, b"new", read_sha256=digest(b"old"), stamp=STAMP)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.part")) + list(path.parent.glob(".*.part"))
    assert not list(path.parent.glob("*backup*"))


@pytest.mark.parametrize("lock", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_an_open_file_is_left_alone(lock, path):
    path.with_name(lock).write_text("")
    assert_refused(path, "is open in Excel or LibreOffice")


def test_a_file_that_changed_meanwhile_is_left_alone(path):
    path.write_bytes(b"somebody else's")
    assert_refused(path, "was changed by somebody else")


def test_a_read_only_file_is_left_alone(path):
    path.chmod(0o444)
    assert_refused(path, "is read-only")


def test_a_file_in_a_read_only_folder_is_left_alone(path):
    path.parent.chmod(0o555)
    try:
        assert_refused(path, "is read-only")
    finally:
        path.parent.chmod(0o755)


def test_a_missing_file(tmp_path):
    with pytest.raises(OutputError, match="No such file"):
        replace_file(tmp_path / "x.xlsx", b"", read_sha256="", stamp=STAMP)


def _rewrite_for_ever(path, contents):
    while True:
        for old, new in (contents, contents[::-1]):
            backup = replace_file(path, new, read_sha256=digest(old), stamp=STAMP)
            backup.unlink()


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_file(path):
    """Two hundred kills of a child that does nothing but rewrite."""
    contents = (b"A" * 300_000, b"B" * 300_000)
    path.write_bytes(contents[0])
    wait = random.Random(20240304)  # noqa: S311 - moments of a kill
    seen = set()
    for _ in range(200):
        before = path.read_bytes()
        order = contents if before == contents[0] else contents[::-1]
        child = os.fork()
        if child == 0:
            try:
                _rewrite_for_ever(path, order)
            finally:
                os._exit(1)
        time.sleep(wait.uniform(0.0005, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        after = path.read_bytes()
        assert after in contents
        seen.add(after)
    assert seen == set(contents)
