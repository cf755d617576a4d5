"""What the environment says of a store, and is not understood, is said in a sentence."""

import pytest

from collectionlib import Collection
from collectionlib.errors import CollectionError, InvalidValueError
from collectionlib.objects import ObjectUrl, StoreError
from collectionlib.objects.stores import check_variables, stored

URLS = {"AWS": "s3://books/a", "AZURE": "az://books/a", "GOOGLE": "gs://books/a"}
NO_ADDRESS = "is no address such as http://localhost:9000"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_ENDPOINT": "http://127.0.0.1:9",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "something",
        "AZURE_STORAGE_ACCOUNT_NAME": "somebody",
        "AZURE_STORAGE_ACCOUNT_KEY": "bm90aGluZw==",
        "GOOGLE_SKIP_SIGNATURE": "true",
        "COLLECTIONLIB_STORE_PATIENCE": "1",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT", "localhost:9000"),
        ("AWS_ENDPOINT", ""),
        ("AWS_ENDPOINT_URL", "http://"),
        ("AWS_ENDPOINT_URL_S3", "http://localhost:99999"),
        ("AWS_METADATA_ENDPOINT", "http://a b"),
        ("AZURE_STORAGE_ENDPOINT", "localhost"),
        ("AZURITE_BLOB_STORAGE_URL", "localhost"),
        ("GOOGLE_BASE_URL", "localhost"),
    ],
)
def test_an_address_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    url = URLS[name.partition("_")[0].replace("AZURITE", "AZURE")]
    monkeypatch.setenv(name, value)
    for asking in lambda: stored(ObjectUrl.parse(url)), lambda: Collection.open(url):
        with pytest.raises(InvalidValueError) as caught:
            asking()
        assert str(caught.value) == f"{name} {NO_ADDRESS}: {value!r}"


def test_addresses_of_other_services_are_none_of_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_IOT_ENDPOINT", "example.iot.eu-west-1.amazonaws.com")
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "login.microsoftonline.com")
    check_variables("s3")
    check_variables("az")


def test_a_line_break_in_a_key_is_said_and_the_key_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody\n")
    with pytest.raises(InvalidValueError, match="AWS_ACCESS_KEY_ID holds a line break") as caught:
        stored(ObjectUrl.parse(URLS["AWS"]))
    assert "somebody" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "unsaid", "words"),
    [
        ({"AWS_SKIP_SIGNATURE": "perhaps"}, (), "is not understood: see the variables"),
        (
            # Of this the driver panics.
            {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "a b"},
            ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
            "is not understood: see the variables",
        ),
        ({}, ("AWS_ACCESS_KEY_ID",), "no credentials were found for it in the environment"),
        ({}, ("AWS_SECRET_ACCESS_KEY",), "no credentials were found for it in the environment"),
    ],
)
def test_what_else_means_nothing_is_the_environment_s_fault(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], unsaid: tuple[str, ...], words: str
) -> None:
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    for name in unsaid:
        monkeypatch.delenv(name)
    with pytest.raises(StoreError, match=words):
        stored(ObjectUrl.parse(URLS["AWS"]))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("s3://buc ket/a", "names a bucket with other signs than letters"),
        ("gs://books:x/a", "names a bucket with other signs than letters"),
        ("az://bücher/a", "names a bucket with other signs than letters"),
        ("s3://somebody:geheim@books/a", "holds credentials: give them in the environment"),
        ("s3://books/a?X-Amz-Signature=geheim", "holds credentials: give them in the environment"),
    ],
)
def test_what_is_wrong_with_the_url_of_a_collection_is_said(url: str, words: str) -> None:
    for asking in Collection.open, Collection.create, ObjectUrl.parse:
        with pytest.raises(CollectionError, match=words) as caught:
            asking(url)
        assert "geheim" not in str(caught.value)
