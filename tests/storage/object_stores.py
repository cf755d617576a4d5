"""Object stores on this machine, and a proxy before them that does what networks do."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Literal

from attrs import asdict, frozen

KEY, SECRET = "testing", "testing-secret-0123456789"
BUCKET = "books"

Fault = Literal["error", "drop", "lose", "hang"]
"""500; no answer at all; the answer lost after the deed; an answer that is never complete."""


@frozen
class Store:
    """An S3 server.

    Args:
        name: of the program.
        port: on the loopback.
    """

    name: str
    port: int
    scheme: ClassVar[str] = "s3"

    def variables(self, port: int | None = None, secret: str = SECRET) -> dict[str, str]:
        """What the environment says of it, or of a port that stands before it."""
        return environment(port or self.port, secret)

    def url(self, key: str) -> str:
        return f"{self.scheme}://{BUCKET}/{key}"

    def put(self, key: str, data: bytes) -> None:
        self.client().put_object(Bucket=BUCKET, Key=key, Body=data)

    def get(self, key: str) -> bytes:
        found: bytes = self.client().get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return found

    def client(self):
        import boto3  # the process of the proxy does without

        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
        )

    def listing(self, prefix: str) -> dict[str, str]:
        """What lies below a prefix, with its digest."""
        pages = (
            self.client().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        )
        return {each["Key"]: each["ETag"] for page in pages for each in page.get("Contents", ())}


@frozen
class Google(Store):
    """An S3 server that is asked as Google's: by `before` alone, which knows other names for it.

    Google's XML API is S3's but for who asks and for the conditions.
    """

    scheme: ClassVar[str] = "gs"

    def variables(self, port: int | None = None, secret: str = SECRET) -> dict[str, str]:
        account = {
            "gcs_base_url": f"http://127.0.0.1:{port or self.port}",
            "disable_oauth": True,
            "client_email": "",
            "private_key": secret,
            "private_key_id": "",
        }
        return {"GOOGLE_SERVICE_ACCOUNT_KEY": json.dumps(account), "GOOGLE_ALLOW_HTTP": "true"}


def environment(port: int, secret: str = SECRET) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def moto(folder: Path) -> Iterator[Store]:
    (port,) = free_ports(1)
    command = [_program("moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with running(command, port, folder / "moto.log"):
        yield _with_bucket(Store("moto", port))


@contextmanager
def seaweedfs(folder: Path) -> Iterator[Store]:
    parts = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port",
             "filer.port.grpc", "s3.port", "s3.port.grpc")  # fmt: skip
    ports = dict(zip(parts, free_ports(len(parts)), strict=True))
    who = {
        "name": "tests",
        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List"],
    }
    settings = folder / "s3.json"
    settings.write_text(json.dumps({"identities": [who]}))
    command = [_program("weed"), "-logdir", str(folder), "server", "-dir", str(folder),
               "-ip", "127.0.0.1", "-ip.bind", "127.0.0.1", "-filer", "-s3",
               "-s3.config", str(settings),
               "-s3.port.iceberg", "0", "-s3.port.lance", "0", "-master.telemetry=false",
               "-volume.max", "20", "-master.volumeSizeLimitMB", "64",
               *(f"-{name}={port}" for name, port in ports.items())]  # fmt: skip
    try:
        with running(command, ports["s3.port"], folder / "weed.log"):
            yield _with_bucket(Store("SeaweedFS", ports["s3.port"]))
    finally:
        # For most of its sockets it can be told no other place.
        for port in ports.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink(missing_ok=True)


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextmanager
def running(
    command: list[str], port: int, log: Path, variables: Mapping[str, str] = MappingProxyType({})
) -> Iterator[None]:
    """A server, once it answers; what it prints goes to a file."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **variables}
        )
    try:
        for _ in range(600):
            assert process.poll() is None, log.read_text()[-2000:]
            if _answers(port):
                break
            time.sleep(0.1)
        yield
    finally:
        # What it keeps is thrown away, so that it need not end well.
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _with_bucket(store: Store) -> Store:
    for _ in range(600):
        # What answers is not all there yet.
        with suppress(Exception):
            store.client().create_bucket(Bucket=BUCKET)
            return store
        time.sleep(0.1)
    raise AssertionError(f"{store.name} makes no bucket")


# --- what networks do ---------------------------------------------------------------------------


@frozen(kw_only=True)
class Rule:
    """What is to happen to which requests.

    Args:
        fault: what happens; `None` for nothing.
        since: number of the first request, from 1.
        every: which of them, from then on: each third one.
        times: how often at the most.
        form: an expression that is found in ``METHOD PATH``.
        without: a header that the store does not get to see.
    """

    fault: Fault | None = None
    since: int = 1
    every: int = 1
    times: int | None = None
    form: str = ""
    without: str = ""


@frozen
class Proxy:
    """Stands before a store, in a process of its own: the driver lets no thread run while it waits.

    Args:
        store: that does the work.
        port: where it is asked in place of the store.
    """

    store: Store
    port: int

    def follow(self, rule: Rule) -> None:
        """Count requests from the beginning, and do so."""
        self._ask("POST", json.dumps(asdict(rule)).encode())

    def requests(self) -> list[str]:
        """Those since the rule began."""
        return json.loads(self._ask("GET"))

    def _ask(self, method: str, body: bytes = b"") -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, _CONTROL, body)
            return connection.getresponse().read()
        finally:
            connection.close()


_CONTROL = "/-/control"


@contextmanager
def before(store: Store, folder: Path) -> Iterator[Proxy]:
    """A proxy before a store."""
    (port,) = free_ports(1)
    command = [sys.executable, __file__, str(port), str(store.port)]
    with running(command, port, folder / "proxy.log"):
        yield Proxy(store, port)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream = 0
    rule = Rule()
    requests: ClassVar[list[str]] = []
    done = 0
    lock = threading.Lock()

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == _CONTROL:
            return self._control(body)
        fault = self._fault()
        if fault == "error":
            return self._answer(500, {}, b"<Error><Code>InternalError</Code></Error>")
        if fault == "drop":
            return self._hang_up()
        status, headers, answer = self._passed_on(body)
        if fault == "hang":
            time.sleep(5)
        if fault in ("lose", "hang"):
            return self._hang_up()
        return self._answer(status, headers, answer)

    # The names that the standard library looks for.
    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815

    def _control(self, body: bytes) -> None:
        cls = type(self)
        with self.lock:
            answer = json.dumps(self.requests).encode()
            if body:
                cls.rule, cls.done = Rule(**json.loads(body)), 0
                self.requests.clear()
        self._answer(200, {}, answer)

    def _fault(self) -> Fault | None:
        cls = type(self)
        request = f"{self.command} {self.path}"
        with self.lock:
            self.requests.append(request)
            rule, number = self.rule, len(self.requests)
            meant = number >= rule.since and (number - rule.since) % rule.every == 0
            if rule.fault is None or not meant or not re.search(rule.form, request):
                return None
            if rule.times is not None and self.done >= rule.times:
                return None
            cls.done += 1
            return rule.fault

    def _passed_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=60)
        left_out = (self.rule.without, "connection")
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in left_out}  # fmt: skip
        try:
            connection.request(self.command, self.path, body, _as_s3(headers))
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        length = str(len(body))
        for name, value in headers.items():
            if name.lower() == "content-length":
                length = value
            elif name.lower() not in ("transfer-encoding", "connection"):
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        pass


_SOMEBODY = f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-east-1/s3/aws4_request, Signature=0"


def _as_s3(headers: dict[str, str]) -> dict[str, str]:
    """What Google's XML API is asked, in the words of S3; anything else as it is."""
    found = {name.lower(): value for name, value in headers.items()}
    if found.pop("x-goog-if-generation-match", "") == "0":
        found["if-none-match"] = "*"
    # Google's client, which has no token, has this header empty or leaves it out.
    if found.get("authorization", "").strip() in ("", "Bearer"):
        found["authorization"] = _SOMEBODY
    return found


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Clients hang up."""


if __name__ == "__main__":
    own, _Handler.upstream = map(int, sys.argv[1:])
    _Server(("127.0.0.1", own), _Handler).serve_forever()
