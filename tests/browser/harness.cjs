// A headless Chromium on the server that the Rust test started.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { after, before } = require("node:test");
const { chromium } = require("playwright-core");

const base = process.env.PRIORART_URL;
const out = process.env.PRIORART_BROWSER_OUT;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

let browser;
before(async () => {
  // As root, which a container's user is, Chromium runs only without its sandbox.
  browser = await chromium.launch({ executablePath: process.env.PRIORART_CHROMIUM, args: ["--no-sandbox"] });
});
after(() => browser.close());

/** Runs a test on a page of its own; what the page complains of fails the test. */
async function on(options, test) {
  const context = await browser.newContext({ baseURL: base, viewport: DESKTOP, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("console", (message) => {
    // That a page of an error has an error's status is what is tested.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  try {
    await test(page);
  } finally {
    await context.close();
  }
  if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join("; ")}`);
}

/** The publication numbers of the hits that are shown, in their order. */
const numbers = (page) => page.locator(".hit .facts .number").allTextContents();

/** Keeps a file of the run below target/. */
function keep(name, content) {
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, name), content);
}

module.exports = { DESKTOP, PHONE, keep, numbers, on, out };
