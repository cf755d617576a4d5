// What happens in the browser: epub.js opens /book.epub and turns its pages, one by one.
// `keep(name)` is given by page_through.mjs: it keeps a picture of what is shown.

"use strict";

const RETURN = 20; // pages that may be shown twice before we say that the reader is stuck

async function open() {
  const book = ePub("/book.epub");
  const rendition = book.renderTo("page", {
    width: "100%",
    height: "100%",
    flow: "paginated",
    spread: "none",
  });
  await book.ready;
  return { book, rendition };
}

/** Turn every page from the first to the last; tell what was shown. */
async function readThrough() {
  const { book, rendition } = await open();
  const sections = new Map();
  rendition.hooks.content.register((contents) => {
    const page = contents.document;
    const style = contents.window.getComputedStyle(page.body);
    sections.set(contents.sectionIndex, {
      href: book.spine.get(contents.sectionIndex).href,
      text: page.body.textContent,
      articles: page.querySelectorAll("article").length,
      language: page.documentElement.lang,
      direction: style.direction,
      writing: style.writingMode,
      sheets: page.styleSheets.length,
      pages: [],
    });
  });
  await rendition.display();
  await keep("first");
  let stuck = 0;
  for (;;) {
    const at = await shown(rendition);
    const section = sections.get(at.start.index);
    await keepOnce(book, rendition, section);
    const page = at.start.displayed.page;
    const before = section.pages.at(-1);
    section.total = at.start.displayed.total;
    if (before === page && ++stuck > RETURN) {
      throw new Error(`stuck on page ${page} of ${section.total} of ${section.href}`);
    }
    if (before !== page) {
      section.pages.push(page);
      section.cut = (section.cut ?? 0) + cutOff();
    }
    if (at.atEnd) {
      break;
    }
    await rendition.next();
  }
  return {
    spine: book.spine.spineItems.filter((item) => item.linear !== "no").map((item) => item.href),
    sections: [...sections.entries()].sort(([a], [b]) => a - b).map(([, section]) => section),
  };
}

const kept = new Set();

/** A picture of the contents, and of the first page of texts. */
async function keepOnce(book, rendition, section) {
  const contents = section.href === book.packaging.navPath;
  const name = contents ? "contents" : section.articles ? "text" : null;
  if (name && !kept.has(name)) {
    kept.add(name);
    await keep(name);
    await keepDark(rendition, name);
  }
}

/** The same as readers show it at night: in their own colours, where the book leaves them. */
async function keepDark(rendition, name) {
  const colours = { color: "#e6e6e6", background: "#121212" };
  for (const [property, value] of Object.entries(colours)) {
    rendition.themes.override(property, value);
  }
  await keep(`${name}-dark`);
  for (const property of Object.keys(colours)) {
    rendition.themes.removeOverride(property);
  }
}

/** Where we are, once the reader knows it. */
async function shown(rendition) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const at = rendition.currentLocation();
    if (at?.start) {
      return at;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the reader does not know where it is");
}

/** How many runs of text on this page stand over its edge, where nobody can read them. */
function cutOff() {
  const frame = document.querySelector("#page iframe");
  const box = document.querySelector("#page").getBoundingClientRect();
  const place = frame.getBoundingClientRect();
  const inside = (x, y) => x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  const walker = frame.contentDocument.createTreeWalker(
    frame.contentDocument.body,
    NodeFilter.SHOW_TEXT,
  );
  const range = frame.contentDocument.createRange();
  let count = 0;
  while (walker.nextNode()) {
    if (!walker.currentNode.data.trim()) {
      continue;
    }
    range.selectNodeContents(walker.currentNode);
    for (const rect of range.getClientRects()) {
      const left = place.left + rect.left;
      const right = place.left + rect.right;
      const top = place.top + rect.top;
      const bottom = place.top + rect.bottom;
      if (!inside((left + right) / 2, (top + bottom) / 2)) {
        continue;
      }
      if (left < box.left - 1 || right > box.right + 1 || top < -1 || bottom > box.bottom + 1) {
        count++;
      }
    }
  }
  return count;
}

window.readThrough = readThrough;
