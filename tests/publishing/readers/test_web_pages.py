"""Our pages and websites in Chromium, opened as files: nothing is served, nothing is fetched."""

import json
import sys
import unicodedata
from pathlib import Path

import pytest

from collectionlib import Category, Collection, Contributor, Entry, Metadata, export, import_texts
from collectionlib.identity import entry_id
from collectionlib.publishing.formats.html import HtmlExporter
from collectionlib.publishing.matter import Matter
from collectionlib.words import fold, has_words

pytestmark = pytest.mark.slow

ARCHIVE = Path(__file__).parents[3] / "examples/archive"
HOSTILE = "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"


def _entry(name: str, body: str, **values: object) -> Entry:
    return Entry(id=entry_id(name), **{"title": name, "body": body, **values})


TEXTS = [
    _entry("Éclair", "A *pastry*, Straße 5.", markup="markdown", category=("Food", "Sweet")),
    _entry("Note", "Said[^1] so.\n\n[^1]: By whom?", markup="markdown", category=("Food",)),
    _entry("表", "| a | b |\n|---|---|\n| 一 | 二 |", markup="markdown", category=("Food",)),
    _entry("雨", "{雨|あめ}に{負|ま}けず、風にも負けず", markup="markdown", language="ja"),
    _entry("祝福", "新年快樂，萬事如意。", language="zh-Hant"),
    _entry("שלום", "שלום עליכם", language="he", contributors=(Contributor(name="עמוס"),)),
    _entry("Verse", "  Rose are red,\n  violets are blue,\n  this line goes on.\n", language="en"),
    _entry("हिन्दी", "नमस्ते दुनिया, क़िताब", language="hi"),
    _entry("ΟΔΟΣ", "Ὁδὸς μία ΜΟΥΣΗΣ İstanbul ılık", language="el"),
    _entry("Code", "```\n\n  1 < 2 && 3 > 2\n```", markup="markdown", category=("Z",)),
    _entry("", "No title, but a \U0001f600 and 𝔊othic.", category=("Z",)),
]
METADATA = Metadata(
    title="A book", language="en", contributors=(Contributor(name="Jane Doe"),), rights="CC0-1.0",
    description="What a shop says.",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``book.html`` and ``site/`` of the same texts, two to a page."""
    folder = tmp_path_factory.mktemp("web")
    options = {"preface": Matter("# Before\n\nWords[^1].\n\n[^1]: Note.", "markdown"),
               "about_authors": Matter("They wrote."), "index": True, "ledger": True}  # fmt: skip
    with Collection.create("memory:", metadata=METADATA) as texts:
        with texts.transaction() as batch:
            for entry in TEXTS:
                batch.put(entry)
            batch.set_category(Category(path=("Food",), description="What is eaten."))
        export(texts, folder / "book.html", to=HtmlExporter(**options))
        export(texts, f"{folder}/site/", to=HtmlExporter(split="category", **options))
    return folder


def _pages(folder: Path) -> list[str]:
    return [path.as_uri() for path in sorted(folder.rglob("*.html"))]


def test_pages_are_accessible_make_no_request_and_no_error(visit, folder: Path) -> None:
    seen = visit(
        *({"address": page, "axe": True} for page in _pages(folder)),
        *({"address": page, "axe": True, "scheme": "dark"} for page in _pages(folder)[:2]),
        {"address": _pages(folder)[0], "axe": True, "width": 320},
    )
    for one in seen:
        assert one["errors"] == []
        assert one["violations"] == []
        assert all(request.startswith(folder.as_uri()) for request in one["requests"])


QUERIES = ["pastry", "PASTRY ", "eclair", "strasse", "past", "past ", "雨に負け", "負", "萬事",
           "万", "שלום", "violets blue", "violets purple ", "दुनिया", "क़िताब", "μουσησ", "istanbul",
           "ilik", "so by", "一 二", "😀", "gothic", "quot", "...", "<"]  # fmt: skip


def test_searching_finds_what_the_library_finds(visit, folder: Path) -> None:
    script = (
        f"const found = []; for (const query of {_json(QUERIES)}) {{ found.push("
        "await page.evaluate(async (query) => (await collectionlib.find(query)).found.map("
        "({ place }) => place), query)); } return found;"
    )
    seen = visit(*({"address": _address(folder, name), "script": script} for name in _BOTH))
    for one in seen:
        assert one["errors"] == []
        for query, found in zip(QUERIES, one["result"], strict=True):
            ids = {place.partition("#entry-")[2] for place in found}
            assert ids == {entry.id for entry in TEXTS if _has(entry, query)}, query


_BOTH = ("book.html", "site/text/0002.html")


def _address(folder: Path, name: str) -> str:
    return (folder / name).as_uri()


def _has(entry: Entry, query: str) -> bool:
    """As the page has it: a word that is still being typed stands for those that begin so."""
    ruby = {"雨": "雨に負けず、風にも負けず あめ ま"}
    names = " ".join(one.name for one in entry.contributors)
    text = f"{entry.title} {names} {ruby.get(entry.title, entry.body)}"
    if not any(map(str.isalnum, query)):
        return False
    if query[-1].isspace():
        return has_words(text, (query,))
    *whole, last = query.split()
    begun = (word for word in fold(text).replace("*", " ").split() if word.startswith(fold(last)))
    found = has_words(text, (last,)) or any(begun)
    return found and has_words(text, tuple(whole))


def test_letters_are_folded_as_by_the_library(visit, folder: Path) -> None:
    # Of characters that Unicode has had for long: a browser may know more or fewer of the others.
    known = [
        chr(code)
        for code in range(min(0x20000, sys.maxunicode))
        if unicodedata.ucd_3_2_0.category(chr(code))[0] in "LMN"
    ]
    pairs = [(one, fold(one)) for one in known if fold(one) != one]
    same = [one for one in known if fold(one) == one]
    script = (
        "return await page.evaluate((pairs, same) => { const { fold } = collectionlib; return ["
        "...pairs.filter(([one, other]) => fold(one) !== fold(other)).map(([one]) => one), "
        "...same.filter((one) => fold(one) !== one)]; }, %s, %s);"
    )
    [one] = visit(
        {"address": _address(folder, "book.html"), "script": script % (_json(pairs), _json(same))}
    )
    different = [char for char in one["result"] if not "Ꭰ" <= char <= "Ᏼ"]  # Cherokee: other case
    assert different == []


def _json(value: object) -> str:
    return json.dumps(value)


def test_every_character_of_every_text_is_on_the_page(visit, tmp_path: Path) -> None:
    with Collection.create("memory:") as texts:
        import_texts(texts, ARCHIVE)
        with texts.transaction() as batch:
            for entry in TEXTS:
                batch.put(entry)
        export(texts, tmp_path / "book.html")
        export(texts, f"{tmp_path}/site/", to="html")
        entries = {entry.id: entry for entry in texts if entry.markup == "plain"}
    script = (
        "return await page.evaluate(() => [...document.querySelectorAll('article')].map((one) => "
        "[one.id, one.textContent]));"
    )
    one, *others = visit(*({"address": page, "script": script} for page in _pages(tmp_path)))
    for found in (one["result"], [pair for other in others for pair in other["result"]]):
        shown = {name.removeprefix("entry-"): text for name, text in found}
        assert shown.keys() >= entries.keys()
        for name, entry in entries.items():
            assert _squeezed(shown[name]).endswith(_squeezed(entry.body)), entry.title
            assert _squeezed(shown[name]).startswith(_squeezed(entry.title))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_blanks_of_code_are_kept(visit, folder: Path) -> None:
    script = "return await page.$eval('pre', (one) => one.textContent);"
    [one] = visit({"address": _address(folder, "book.html"), "script": script})
    assert one["result"] == "\n  1 < 2 && 3 > 2"


KEYS = """
const at = () => page.evaluate(() => document.activeElement.id);
const found = [];
await page.keyboard.press("Tab");
found.push(await page.evaluate(() => document.activeElement.className));
for (const key of ["j", "j", "k", "ArrowRight"]) {
  await page.keyboard.press(key);
  found.push(await at());
}
await page.keyboard.press("/");
await page.keyboard.type("jk");
found.push(await page.evaluate(() => document.querySelector("input[type=search]").value));
await page.keyboard.press("Escape");
await page.evaluate(() => document.querySelector(".search input[type=checkbox]").click());
await page.keyboard.press("j");
found.push(await at());
return found;
"""


def test_the_keyboard_leads_from_text_to_text_and_can_be_switched_off(visit, folder: Path) -> None:
    [one] = visit({"address": _address(folder, "book.html"), "script": KEYS})
    with Collection.create("memory:") as texts:
        with texts.transaction() as batch:
            for entry in TEXTS:
                batch.put(entry)
        ids = [f"entry-{entry.id}" for entry in texts]
    first, second, third = ids[:3]
    assert one["errors"] == []
    assert one["result"][:6] == ["skip", first, second, first, second, "jk"]
    assert one["result"][6] != third


def test_the_last_text_of_a_page_leads_to_the_next_page(visit, folder: Path) -> None:
    script = """
    const last = await page.$$eval("article", (all) => all.length);
    for (let pressed = 0; pressed < last; pressed++) { await page.keyboard.press("j"); }
    await Promise.all([page.waitForNavigation(), page.keyboard.press("j")]);
    return page.url();
    """
    [one] = visit({"address": _address(folder, "site/text/0001.html"), "script": script})
    assert one["result"] == _address(folder, "site/text/0002.html")


def test_a_reader_chooses_light_or_dark(visit, folder: Path) -> None:
    colour = "await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)"
    script = f"const before = {colour}; await page.click('button.look'); return [before, {colour}];"
    address = _address(folder, "book.html")
    light, dark = visit(
        {"address": address, "script": script},
        {"address": _address(folder, "site/index.html"), "script": script, "scheme": "dark"},
    )
    assert light["result"] == ["rgb(253, 252, 249)", "rgb(23, 24, 27)"]
    assert dark["result"] == ["rgb(23, 24, 27)", "rgb(253, 252, 249)"]


def test_nothing_that_a_text_says_is_run(visit, tmp_path: Path) -> None:
    evil = _entry(
        f"</title>{HOSTILE}",
        f"{HOSTILE}\n\n[here](javascript:window.ran=3) ![x](javascript:window.ran=4)\n\n</article>"
        "</main></script></style><svg onload='window.ran=5'>",
        markup="markdown",
        category=(f'"><script>window.ran=6</script>{HOSTILE}',),
        contributors=(Contributor(name=f'" onclick="window.ran=7" {HOSTILE}'),),
        rights=HOSTILE,
    )
    plain = _entry("Plain", HOSTILE, rights=f'"{HOSTILE}')
    metadata = Metadata(title=f"</title>{HOSTILE}", description=f'">{HOSTILE}', rights=HOSTILE)
    with Collection.create("memory:", metadata=metadata) as texts:
        with texts.transaction() as batch:
            batch.put(evil)
            batch.put(plain)
        for name in ("book.html", "site/"):
            export(texts, f"{tmp_path}/{name}", to=HtmlExporter(index=True, ledger=True))
    pages = sorted(tmp_path.rglob("*.html"))
    for page in pages:  # what is tried is our writing of it, not the policy that stands before it
        text = page.read_text("utf-8")
        page.write_text(text.replace("http-equiv", "data-no-policy"), "utf-8")
    script = """
    await page.keyboard.press("/");
    await page.keyboard.type("window");
    await new Promise((soon) => setTimeout(soon, 200));
    return await page.evaluate(() => [
      window.ran ?? null, document.querySelectorAll(".results li").length,
      document.querySelectorAll("svg, main script, main img, dialog script").length,
    ]);
    """
    for one in visit(*({"address": page.as_uri(), "script": script} for page in pages)):
        assert one["result"] == [None, 2, 0]
        assert one["errors"] == []


def test_text_runs_as_its_language_does(visit, tmp_path: Path) -> None:
    script = """
    return await page.evaluate(() => ["main", "article", ".bar"].map((name) => {
      const style = getComputedStyle(document.querySelector(name));
      return [style.direction, style.writingMode];
    }));
    """
    for name, language in (("he", "he"), ("ja", "ja")):
        with Collection.create("memory:", metadata=Metadata(title="T", language=language)) as texts:
            with texts.transaction() as batch:
                batch.put(_entry("1", "一二三。" * 40))
            export(texts, tmp_path / f"{name}.html", to=HtmlExporter(vertical=True))
    found = visit(*({"address": page, "script": script, "axe": True} for page in _pages(tmp_path)))
    hebrew, japanese = found
    assert hebrew["result"] == [["rtl", "horizontal-tb"]] * 3
    assert japanese["result"] == [["ltr", "vertical-rl"]] * 2 + [["ltr", "horizontal-tb"]]
    assert hebrew["violations"] == japanese["violations"] == []


def test_what_is_printed_is_the_book_alone(visit, folder: Path) -> None:
    script = """
    await page.emulateMediaType("print");
    return await page.evaluate(() => [".bar", ".skip", ".pager", "article"].map((name) =>
      getComputedStyle(document.querySelector(name)).display));
    """
    [one] = visit({"address": _address(folder, "site/text/0001.html"), "script": script,
                   "scheme": "dark"})  # fmt: skip
    assert one["result"] == ["none", "none", "none", "block"]
