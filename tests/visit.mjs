// Open pages in Chromium as files, do on each what a visit says, and tell what came of it.
//
//     node visit.mjs PACKAGES < visits.json
//
// A visit is {address, script, scheme, width, height, picture, axe}: the script is the body of an
// async function with `page` (puppeteer's) and `errors`. Prints a JSON array: for each visit
// {result, errors, requests, violations}.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const packages = resolve(process.argv[2]);
const puppeteer = createRequire(join(packages, "package.json"))("puppeteer-core");
const AXE = join(packages, "node_modules/@daisy/axe-core-for-ace/axe.min.js");
const AsyncFunction = (async () => {}).constructor;

async function visit(browser, wanted) {
  const page = await browser.newPage();
  const errors = [];
  const requests = [];
  page.on("pageerror", (error) => errors.push(`page: ${error.message}`));
  page.on("requestfailed", (request) => errors.push(`not loaded: ${request.url()}`));
  page.on("dialog", async (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") {
      errors.push(`console: ${message.text()}`);
    }
  });
  try {
    await page.setViewport({ width: wanted.width ?? 800, height: wanted.height ?? 900 });
    const scheme = [{ name: "prefers-color-scheme", value: wanted.scheme ?? "light" }];
    await page.emulateMediaFeatures(scheme);
    await page.goto(wanted.address);
    const result = wanted.script
      ? await new AsyncFunction("page", "errors", wanted.script)(page, errors)
      : null;
    const violations = wanted.axe ? await judge(page) : [];
    if (wanted.picture) {
      await page.screenshot({ path: wanted.picture });
    }
    return { result, errors, requests, violations };
  } finally {
    await page.close();
  }
}

/** What axe-core finds against WCAG and good practice; the page itself may load no script. */
async function judge(page) {
  await page.evaluate(await readFile(AXE, "utf-8"));
  const report = await page.evaluate(() => axe.run({ preload: false }));
  return report.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const browser = await puppeteer.launch({
  executablePath: process.env.PUPPETEER_EXECUTABLE_PATH,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  protocolTimeout: 120_000,
});
try {
  const seen = [];
  for (const wanted of JSON.parse(Buffer.concat(chunks).toString("utf-8"))) {
    seen.push(await visit(browser, wanted));
  }
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
}
