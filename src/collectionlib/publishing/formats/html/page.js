// What a page does besides being read: light and dark, search, the keyboard. Without it nothing of
// the text is missing. Texts are put into the page as text only, never as markup.

"use strict";

(() => {
  const root = document.documentElement;
  const MOST = 100; // results that are shown at once
  const AROUND = 60; // characters of an excerpt before and behind what was found

  // --- what a reader chose, kept where the browser allows it -----------------------------------

  const kept = {
    get(name) {
      try {
        return localStorage.getItem(`collectionlib-${name}`);
      } catch {
        return null;
      }
    },
    set(name, value) {
      try {
        localStorage.setItem(`collectionlib-${name}`, value);
      } catch {
        // A page from a file, or a reader who keeps nothing: it holds for this page.
      }
    },
  };

  const look = kept.get("look");
  if (look === "light" || look === "dark") {
    root.dataset.look = look;
  }
  root.classList.add("scripted");

  // --- words, as `collectionlib.words` sees them -----------------------------------------------

  // Thai, Lao, Myanmar, Khmer, kana and Han are written without blanks between words.
  const UNSPACED =
    "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff" +
    "\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const isUnspaced = new RegExp(`[${UNSPACED}]`, "u");
  const words = new RegExp(`[\\p{L}\\p{N}\\p{M}_${UNSPACED}]+`, "gu");
  const spaced = new RegExp(`^(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}_]`, "u");
  const marks = new Map();

  // Marks move past one another when text is normalised, but not past a letter: so the browser
  // tells which are marks that a reader passes over, as it does not tell vowel signs.
  function isCombining(mark) {
    let known = marks.get(mark);
    if (known === undefined) {
      const first = "\u0345";
      known = mark === first || (first + mark).normalize("NFD") !== first + mark;
      marks.set(mark, known);
    }
    return known;
  }

  // JavaScript has no case folding; what two cases share after both ways is as good.
  function lower(text) {
    const folded = text.toUpperCase().toLowerCase().replaceAll("\u03c2", "\u03c3");
    return text.includes("\u0131") ? text.split("\u0131").map(lower).join("\u0131") : folded;
  }

  /** Text without case and accents. */
  function fold(text) {
    // eslint-disable-next-line no-control-regex
    if (/^[\x00-\x7f]*$/.test(text)) {
      return text.toLowerCase();
    }
    const bare = lower(text)
      .normalize("NFKD")
      .replace(/\p{M}/gu, (mark) => (isCombining(mark) ? "" : mark));
    return lower(bare);
  }

  function isLetterAt(text, place) {
    return place >= 0 && place < text.length && spaced.test(String.fromCodePoint(text.codePointAt(place)));
  }

  function endsWord(text, place) {
    // The letter before may be two code units long.
    const before = /[\udc00-\udfff]/.test(text[place - 1] ?? "") ? place - 2 : place - 1;
    return isLetterAt(text, before);
  }

  /** Where a sought word stands in folded text, -1 where it does not. */
  function placeOf(text, word) {
    let place = text.indexOf(word.text);
    if (word.anywhere) {
      return place;
    }
    while (place >= 0) {
      const end = place + word.text.length;
      if (!endsWord(text, place) && (word.begins || !isLetterAt(text, end))) {
        return place;
      }
      place = text.indexOf(word.text, place + 1);
    }
    return -1;
  }

  /** What is to be found: whole words, but the last one may be still being typed. */
  function soughtIn(query) {
    const found = fold(query).match(words) ?? [];
    const typing = !/\s$/.test(query);
    return found.map((text, number) => ({
      text,
      anywhere: isUnspaced.test(text),
      begins: typing && number === found.length - 1,
    }));
  }

  function matches(record, sought) {
    record.folded ??= fold(`${record.title}\n${record.text}`);
    return sought.every((word) => placeOf(record.folded, word) >= 0);
  }

  // --- the texts: those of this page, or of the website in parts -------------------------------

  function* ofThisPage() {
    for (const article of document.querySelectorAll("article.entry")) {
      yield recordOf(article);
    }
  }

  const records = new WeakMap();

  function recordOf(article) {
    let record = records.get(article);
    if (!record) {
      const heading = article.querySelector(":scope > :is(h1, h2, h3, h4, h5, h6)");
      const title = heading ? heading.textContent : article.getAttribute("aria-label");
      record = { place: `#${article.id}`, title: title ?? "", text: textOf(article, heading) };
      records.set(article, record);
    }
    return record;
  }

  /** The words of a text; readings beside characters would stand between them. */
  function textOf(article, heading) {
    const copy = article.cloneNode(true);
    if (heading) {
      copy.querySelector(":scope > :is(h1, h2, h3, h4, h5, h6)").remove();
    }
    const readings = [...copy.querySelectorAll("rt")].map((reading) => {
      reading.remove();
      return reading.textContent;
    });
    return [copy.textContent.trim(), ...readings].join(" ");
  }

  const parts = new Map();

  // Each part of the index calls this: a page from a file may load scripts, but nothing else.
  window.collectionlibTexts = (number, texts) => {
    const found = texts.map(([place, title, text]) => ({ place, title, text }));
    parts.get(number).arrived(found);
  };

  function load(number) {
    if (!parts.has(number)) {
      const part = {};
      part.texts = new Promise((arrived, failed) => {
        const script = document.createElement("script");
        script.src = `${root.dataset.root}search/${String(number).padStart(4, "0")}.js`;
        script.onerror = () => {
          parts.delete(number);
          failed(new Error(script.src));
        };
        part.arrived = arrived;
        document.head.append(script);
      });
      parts.set(number, part);
    }
    return parts.get(number).texts;
  }

  async function* all() {
    const count = Number(root.dataset.parts ?? 0);
    if (!count) {
      yield* ofThisPage();
    }
    for (let number = 1; number <= count; number++) {
      yield* await load(number);
    }
  }

  async function find(query, isStale = () => false) {
    const sought = soughtIn(query);
    const found = [];
    if (sought.length) {
      let looked = 0;
      for await (const record of all()) {
        if (++looked % 500 === 0) {
          await new Promise((soon) => setTimeout(soon));
        }
        if (isStale() || found.length > MOST) {
          break;
        }
        if (matches(record, sought)) {
          found.push(record);
        }
      }
    }
    return { sought, found };
  }

  // --- results ---------------------------------------------------------------------------------

  /** For each code unit of the folded text the place in the text itself. */
  function placesOf(text) {
    const places = [];
    let place = 0;
    for (const character of text) {
      for (let unit = fold(character).length; unit > 0; unit--) {
        places.push(place);
      }
      place += character.length;
    }
    places.push(place);
    return places;
  }

  function excerpt(record, sought) {
    const line = record.text.replace(/\s+/gu, " ").trim();
    const folded = fold(line);
    const found = sought
      .map((word) => ({ word, at: placeOf(folded, word) }))
      .filter(({ at }) => at >= 0)
      .sort((one, other) => one.at - other.at);
    const places = found.length ? placesOf(line) : [0, 0];
    const from = found.length ? places[found[0].at] : 0;
    const to = found.length ? places[found[0].at + found[0].word.text.length] : 0;
    const start = Math.max(0, line.lastIndexOf(" ", from - AROUND) + 1, from - 2 * AROUND);
    const end = Math.min(line.length, to + 2 * AROUND);
    const words = document.createElement("p");
    const mark = document.createElement("mark");
    mark.textContent = line.slice(from, to);
    words.append(start ? "… " : "", line.slice(start, from));
    words.append(...(to > from ? [mark] : []), line.slice(to, end), end < line.length ? "…" : "");
    return words;
  }

  function item(record, sought) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = (root.dataset.root ?? "") + record.place;
    link.textContent = record.title.trim() || "…";
    line.append(link, excerpt(record, sought));
    return line;
  }

  // --- the page --------------------------------------------------------------------------------

  function begin() {
    const dialog = document.querySelector("dialog.search");
    const input = dialog.querySelector("input[type=search]");
    const list = dialog.querySelector("ol");
    const status = dialog.querySelector("[role=status]");
    const keys = dialog.querySelector("input[type=checkbox]");
    let asked = 0;

    async function search() {
      const own = ++asked;
      let result;
      try {
        result = await find(input.value, () => own !== asked);
      } catch (error) {
        status.textContent = `⚠ ${error.message}`;
        return;
      }
      if (own !== asked) {
        return;
      }
      const { sought, found } = result;
      const shown = found.slice(0, MOST);
      list.replaceChildren(...shown.map((record) => item(record, sought)));
      const count = found.length > MOST ? `${MOST}+` : String(found.length);
      status.textContent = !sought.length ? "" : found.length ? count : status.dataset.none;
    }

    function open() {
      dialog.showModal();
      input.select();
    }

    document.querySelector("button.find").addEventListener("click", open);
    dialog.querySelector("button.close").addEventListener("click", () => dialog.close());
    input.addEventListener("input", search);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        list.querySelector("a")?.click();
      } else if (event.key === "Escape") {
        event.preventDefault(); // the browser would empty the field first
        dialog.close();
      }
    });
    list.addEventListener("click", (event) => event.target.closest("a") && dialog.close());

    document.querySelector("button.look").addEventListener("click", () => {
      const isDark =
        (root.dataset.look ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "")) === "dark";
      root.dataset.look = isDark ? "light" : "dark";
      kept.set("look", root.dataset.look);
    });

    // Keys of one letter can be switched off (WCAG 2.2, 2.1.4).
    keys.checked = kept.get("keys") !== "off";
    keys.addEventListener("change", () => kept.set("keys", keys.checked ? "on" : "off"));

    const commands = { "/": open, j: () => step(1), k: () => step(-1) };
    const forwards = getComputedStyle(root).direction === "rtl" ? -1 : 1;
    if (!root.classList.contains("vertical")) {
      commands.ArrowRight = () => step(forwards);
      commands.ArrowLeft = () => step(-forwards);
    }

    document.addEventListener("keydown", (event) => {
      const isTaken = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
      if (isTaken || !keys.checked || dialog.open || event.target.closest("input, pre, table")) {
        return;
      }
      const command = commands[event.key];
      if (command) {
        event.preventDefault();
        command();
      }
    });
  }

  /** Go to the next text or the one before; at the end of a page to the next page. */
  function step(by) {
    const texts = [...document.querySelectorAll("article.entry")];
    const at = texts.indexOf(document.activeElement?.closest("article.entry"));
    const next = at < 0 ? nearest(texts, by) : at + by;
    const text = texts[next];
    if (!text) {
      document.querySelector(`.pager a[rel=${by > 0 ? "next" : "prev"}]`)?.click();
      return;
    }
    text.tabIndex = -1;
    text.focus({ preventScroll: true });
    text.scrollIntoView({ block: "start", inline: "start" });
  }

  /** The first text below the top of the window, or the last one above it. */
  function nearest(texts, by) {
    const below = texts.findIndex((text) => text.getBoundingClientRect().bottom > 0);
    const first = below < 0 ? texts.length : below;
    const isAhead = first < texts.length && texts[first].getBoundingClientRect().top >= 0;
    return by > 0 ? first + (isAhead ? 0 : 1) : first - 1;
  }

  window.collectionlib = { find, fold };
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", begin);
  } else {
    begin();
  }
})();
