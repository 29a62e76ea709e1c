// How long a searcher waits, by the browser's own clock. `cargo xtask bench load` runs this on many patents.
"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { keep, on } = require("./harness.cjs");

const SAMPLES = ["silicon anode", "dog collar", "valve with a seal", "wind turbine blade", "silicon battery"];
const queries = process.env.PRIORART_QUERIES?.split("\n") ?? SAMPLES;

test("the time from Enter to the first hit is measured", () => on({}, async (page) => {
  await page.goto("/");
  const times = [];
  for (const query of queries) {
    await page.evaluate(() => document.addEventListener("keydown", () =>
      sessionStorage.setItem("enter", performance.timeOrigin + performance.now()), { capture: true, once: true }));
    await page.locator("#q").fill(query);
    await page.locator("#q").press("Enter");
    await page.waitForURL(/\/search\?/);
    await page.locator(".hit").first().waitFor();
    times.push(await page.evaluate(async () => {
      const painted = () => performance.getEntriesByName("first-contentful-paint")[0];
      while (!painted()) await new Promise(requestAnimationFrame);
      return performance.timeOrigin + painted().startTime - Number(sessionStorage.getItem("enter"));
    }));
    await page.goto("/");
  }
  times.sort((a, b) => a - b);
  const report = { milliseconds: times.map(Math.round), median: Math.round(times[times.length >> 1]) };
  keep("enter-to-first-hit.json", JSON.stringify(report));
  console.log(`Enter to first hit: median ${report.median} ms of ${report.milliseconds.join(", ")} ms`);
  assert.equal(times.length, queries.length);
}));
