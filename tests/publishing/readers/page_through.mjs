// Read a book in epub.js from its first page to its last, as a person would.
//
//     node page_through.mjs BOOK.epub PACKAGES PICTURES NAME
//
// PACKAGES holds node_modules, PICTURES is where NAME-first.png and so on go. Prints one JSON
// object: what was shown, and every error that the reader, the page or the network had.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [book, packages, pictures] = process.argv.slice(2, 5).map((path) => resolve(path));
const name = process.argv[5];
const here = dirname(fileURLToPath(import.meta.url));
const puppeteer = createRequire(join(packages, "package.json"))("puppeteer-core");

const FILES = {
  "/": [join(here, "reader.html"), "text/html"],
  "/reader.js": [join(here, "reader.js"), "text/javascript"],
  "/epub.js": [join(packages, "node_modules/epubjs/dist/epub.min.js"), "text/javascript"],
  "/jszip.js": [join(packages, "node_modules/jszip/dist/jszip.min.js"), "text/javascript"],
  "/book.epub": [book, "application/epub+zip"],
};
const SCREEN = { width: 600, height: 800 };

async function serve() {
  const server = createServer(async (request, response) => {
    const [path, kind] = FILES[request.url] ?? [];
    if (!path) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": `${kind}; charset=utf-8` });
    response.end(await readFile(path));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

function listen(page, errors) {
  page.on("pageerror", (error) => errors.push(`page: ${error.message}`));
  page.on("requestfailed", (request) => errors.push(`not loaded: ${request.url()}`));
  page.on("response", (response) => {
    if (response.status() >= 400) {
      errors.push(`${response.status()}: ${response.url()}`);
    }
  });
  page.on("console", (message) => {
    if (message.type() === "error") {
      errors.push(`console: ${message.text()}`);
    }
  });
}

async function read(page, address) {
  const errors = [];
  listen(page, errors);
  await page.exposeFunction("keep", async (what) => {
    const scheme = what.endsWith("-dark") ? "dark" : "light";
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.screenshot({ path: join(pictures, `${name}-${what}.png`) });
    await page.emulateMediaFeatures([]);
  });
  await page.goto(address);
  try {
    return { ...(await page.evaluate("readThrough()")), errors };
  } catch (error) {
    return { spine: [], sections: [], errors: [...errors, error.message] };
  }
}

const server = await serve();
const browser = await puppeteer.launch({
  executablePath: process.env.PUPPETEER_EXECUTABLE_PATH,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  defaultViewport: SCREEN,
  protocolTimeout: 240_000,
});
try {
  const page = await browser.newPage();
  const seen = await read(page, `http://127.0.0.1:${server.address().port}/`);
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
  server.close();
}
