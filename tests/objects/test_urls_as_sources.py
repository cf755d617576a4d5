"""What lies in a bucket is read as if it lay in a folder."""

import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from dask_cluster import DaskCluster
from distributed import Client
from outcomes import imported
from sent_to_workers import set_variables
from tests.objects.conftest import put_folder, text
from tests.storage.object_stores import BUCKET, SECRET, Rule, Store, before, environment

from collectionlib import Collection, import_texts
from collectionlib.errors import InvalidValueError, StorageError
from collectionlib.importing import sources

pytestmark = pytest.mark.slow


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "collectionlib", *arguments],
        check=False, capture_output=True, text=True, cwd=folder, env={**os.environ, **variables},
        timeout=120,
    )  # fmt: skip


def test_a_bucket_gives_what_a_folder_of_the_same_files_gives(store: Store, pile: Path) -> None:
    url = put_folder(store, pile, "same/pile")
    expected = imported(pile)
    assert len(expected[2]) >= 20
    assert imported(url) == expected
    assert imported(f"{url}/") == expected
    assert imported(url, jobs=2) == expected
    assert imported(f"file://{pile}") == expected
    with ThreadPoolExecutor(3) as threads:
        assert imported(url, executor=threads) == expected


def test_large_archives_are_read_as_streams(
    store: Store, pile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = put_folder(store, pile, "streams/pile")
    monkeypatch.setattr(sources, "SMALL", 0)
    assert imported(url) == imported(pile)


def test_one_object_is_a_source_as_one_file_is(store: Store, pile: Path) -> None:
    url = put_folder(store, pile, "single")
    for name in ("1.txt", "packed/pile.zip", "packed/one.txt.gz", "packed/pile.tar.gz"):
        assert imported(f"{url}/{name}") == imported(pile / name)


def test_workers_elsewhere_read_the_objects_themselves(
    store: Store, pile: Path, cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = put_folder(store, pile, "workers/pile")
    expected = imported(pile)
    assert imported(pile, executor=cluster.name) == expected
    with Client(f"tcp://{cluster.address}", set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
        client.run(set_variables, environment(store.port))
    assert imported(url, executor=cluster.name) == expected


def test_the_same_url_again_is_an_update(store: Store, tmp_path: Path) -> None:
    client = store.client()
    for name in ("1", "2", "3"):
        client.put_object(Bucket=BUCKET, Key=f"again/jokes/{name}.txt", Body=text(name))
        client.put_object(Bucket=BUCKET, Key=f"other/jokes/{name}.txt", Body=text(name))
    url = f"s3://{BUCKET}/again/jokes"
    with Collection.create(tmp_path / "c.db") as collection:
        assert import_texts(collection, url).added == 3
        client.put_object(Bucket=BUCKET, Key="again/jokes/1.txt", Body=text("changed"))
        client.delete_object(Bucket=BUCKET, Key="again/jokes/2.txt")
        report = import_texts(collection, f"{url}/", prune=True)
        assert (report.added, report.updated, report.unchanged, report.removed) == (0, 1, 1, 1)
        assert import_texts(collection, f"s3://{BUCKET}/other/jokes").added == 3
        assert {entry.source.uri.split("/")[0] for entry in collection if entry.source} == {
            "jokes", "jokes-2",
        }  # fmt: skip
    stored = (tmp_path / "c.db").read_bytes()
    assert SECRET.encode() not in stored


def test_what_is_written_there_is_no_source(store: Store, pile: Path, tmp_path: Path) -> None:
    url = put_folder(store, pile, "own/pile")
    for _ in range(2):
        done = run(tmp_path, "convert", url, f"{url}/book.json", "--json")
        assert done.returncode == 6, done.stderr
        assert json.loads(done.stdout)["entries"] == len(imported(pile)[2])


def test_preview_tells_of_objects(store: Store, pile: Path, tmp_path: Path) -> None:
    url = put_folder(store, pile, "look/pile")
    there, here = (
        run(tmp_path, "preview", url, "--json"),
        run(tmp_path, "preview", "pile", "--json"),
    )
    assert there.stdout == here.stdout
    assert there.returncode == here.returncode == 6


def test_a_key_that_no_path_has_is_said_and_the_rest_is_read(store: Store) -> None:
    client = store.client()
    for key in (
        "bad/one//1.txt",
        "bad/two/../2.txt",
        "bad/two/ok.txt",
        "bad/three/3.txt",
        "bad/three/",
    ):
        client.put_object(Bucket=BUCKET, Key=key, Body=text(key))
    with Collection.create("memory:") as collection:
        report = import_texts(collection, f"s3://{BUCKET}/bad")
        assert report.added == 1
        assert [rejected.source for rejected in report.rejected] == ["bad/one", "bad/two"]
        assert "has an empty part" in report.rejected[0].reason


def test_a_store_that_is_lost_ends_the_import_and_the_same_call_goes_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = store.client()
    for number in range(40):
        client.put_object(Bucket=BUCKET, Key=f"lost/{number}.txt", Body=text(str(number)))
    with (
        before(store, tmp_path) as proxy,
        Collection.create(tmp_path / "c.db") as collection,
    ):
        for name, value in environment(proxy.port).items():
            monkeypatch.setenv(name, value)
        proxy.follow(Rule(fault="drop", since=20))
        with pytest.raises(StorageError, match=r"cannot be reached: .* again"):
            import_texts(collection, f"s3://{BUCKET}/lost")
        proxy.follow(Rule(fault="error", since=3, every=3))
        assert import_texts(collection, f"s3://{BUCKET}/lost").added == 40


WRONG: list[tuple[str, int, str]] = [
    (
        f"s3://{BUCKET}/nowhere",
        1,
        f"s3://{BUCKET}/nowhere: there is no such object, and none below it",
    ),
    ("s3://no-such-bucket/a", 1, "s3://no-such-bucket/a: there is no such bucket"),
    ("https://example.org/a.txt", 2, "is on the web, from which nothing is fetched"),
    ("s3://user:geheim@books/a", 2, "holds credentials: give them in the environment"),
    ("s3://books/a?X-Amz-Signature=geheim", 2, "holds credentials: give them in the environment"),
    ("hdfs://books/a", 2, "does not begin with s3://, gs://, az://, file://"),
    ("s3://", 2, "names no bucket"),
    ("az://books/a", 1, "az://books/a: no credentials were found for it in the environment"),
    ("file://elsewhere/a", 2, "names another machine"),
]


@pytest.mark.parametrize(("url", "status", "words"), WRONG)
def test_what_is_wrong_with_a_url_is_said_in_a_sentence(
    store: Store, tmp_path: Path, url: str, status: int, words: str
) -> None:
    done = run(tmp_path, "preview", url)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
    assert "geheim" not in done.stderr


REFUSING = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"<Error><Code>AccessDenied</Code><Message>geheim</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
    do_HEAD = do_PUT = do_GET
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


def test_a_store_that_refuses_or_is_not_there_is_said_to_be_so(
    store: Store, tmp_path: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", REFUSING], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        address = f"http://127.0.0.1:{other.stdout.readline().strip()}"
        denied = run(tmp_path, "preview", f"s3://{BUCKET}/a", AWS_ENDPOINT_URL=address)
        (tmp_path / "a.txt").write_text("A text.")
        unwritten = run(
            tmp_path, "convert", "a.txt", f"s3://{BUCKET}/a.json", AWS_ENDPOINT_URL=address
        )
        other.kill()
    assert denied.returncode == 1
    assert denied.stderr == (
        f"collectionlib: s3://{BUCKET}/a: the object store does not allow it: see the credentials\n"
    )
    assert unwritten.returncode == 1
    assert unwritten.stderr.endswith(
        f"s3://{BUCKET}/a.json could not be written: the object store does not allow it: "
        "see the credentials\n"
    )
    gone = run(tmp_path, "preview", f"s3://{BUCKET}/a", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert gone.returncode == 1
    assert gone.stderr == (
        f"collectionlib: s3://{BUCKET} cannot be reached: see that the endpoint in the environment "
        "is right and the network there, and run the same command again\n"
    )


def test_a_store_that_does_not_answer_is_waited_for_as_long_as_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as listening, Collection.create(tmp_path / "c.db") as collection:
        listening.bind(("127.0.0.1", 0))
        # Whoever connects waits for somebody who takes the call.
        listening.listen()
        for name, value in environment(listening.getsockname()[1]).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("COLLECTIONLIB_STORE_PATIENCE", "0.5")
        start = time.monotonic()
        with pytest.raises(StorageError, match="cannot be reached"):
            import_texts(collection, f"s3://{BUCKET}/a")
        assert time.monotonic() - start < 15
        monkeypatch.setenv("COLLECTIONLIB_STORE_PATIENCE", "long")
        with pytest.raises(InvalidValueError, match="long"):
            import_texts(collection, f"s3://{BUCKET}/a")


def test_a_package_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['obstore'] = None\n"
        "from collectionlib.cli.running import main\n"
        "main(['preview', 's3://books/a'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr == (
        "collectionlib: s3:// needs more packages: pip install 'collectionlib[lake]'\n"
    )
