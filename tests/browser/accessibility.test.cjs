// axe-core on every page, light and dark, and a picture of each.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { DESKTOP, PHONE, on, out } = require("./harness.cjs");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const PAGES = {
  home: "/",
  search: "/search?q=silicon+anode+of+a+battery&class=H01M",
  nothing: "/search?q=zyzzyva&mode=keyword",
  trouble: "/search?q=anode+(cpv:H01M",
  patent: "/patents/US99002011B1?q=silicon+anode+of+a+battery&hit=1",
  compare: "/compare?number=US99001204B2&number=US99002011B1",
  chart: "/chart?claim=US20249900019A1:1",
  landscape: "/landscape?q=device+method+system",
  help: "/help",
};

for (const [name, address] of Object.entries(PAGES)) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds no serious fault: ${name}, ${colorScheme}`, () => on({ colorScheme }, async (page) => {
      for (const [device, viewport] of [["desktop", DESKTOP], ["phone", PHONE]]) {
        await page.setViewportSize(viewport);
        await page.goto(address);
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
        await page.evaluate(axe);
        const { passes, violations } = await page.evaluate(() => axe.run());
        assert.ok(passes.length > 10, "axe looked at the page");
        const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        const told = grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        assert.deepEqual(told, [], device);
        await page.goto(address);
        await page.screenshot({ path: path.join(out, `${name}-${colorScheme}-${device}.png`) });
      }
    }));
  }
}
