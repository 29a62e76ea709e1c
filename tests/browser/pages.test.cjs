// What a searcher does with the pages, in a real browser over the real server.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const { test } = require("node:test");
const { PHONE, keep, numbers, on } = require("./harness.cjs");

const SEARCH = "/search?q=battery+anode&mode=keyword";

test("a search from the first page has hits, passages, places and reasons", () => on({}, async (page) => {
  await page.goto("/");
  await page.locator("#q").fill("silicon anode battery");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?q=silicon\+anode\+battery$/);
  const first = page.locator(".hit").filter({ has: page.locator(".passage mark") }).first();
  await first.waitFor();
  assert.match(await first.locator(".place").first().textContent(), /abstract|claim \d+|¶|paragraph/);
  await first.locator(".why summary").click();
  assert.match(await first.locator(".why").textContent(), /words #\d+.*BM25 \d/s);
  assert.equal(await page.locator("#q").inputValue(), "silicon anode battery");
}));

test("facets narrow by a click and are undone by another", () => on({}, async (page) => {
  await page.goto(SEARCH);
  const all = await numbers(page);
  const facet = page.locator(".facets section").first().locator("a").first();
  const symbol = (await facet.locator(".value").textContent()).split(" ")[0];
  await facet.click();
  await page.waitForURL(/class=/);
  assert.ok((await numbers(page)).length <= all.length);
  assert.match(await page.locator(".chip").textContent(), new RegExp(symbol));
  await page.locator(".years a").first().click();
  await page.waitForURL(/year=/);
  assert.equal(await page.locator(".chip").count(), 2);
  await page.getByRole("link", { name: "Remove all" }).click();
  await page.waitForURL((url) => !url.search.includes("class="));
  assert.deepEqual(await numbers(page), all);
}));

test("back leads to the result as it was, and a link to it is enough", () => on({}, async (page) => {
  await page.goto("/");
  await page.locator("#q").fill("anode");
  await page.locator("#q").press("Enter");
  await page.waitForURL(/q=anode/);
  const [first, url] = [await numbers(page), page.url()];
  await page.locator(".hit h2 a").first().click();
  await page.waitForURL(/\/patents\//);
  await page.goBack();
  assert.deepEqual([await numbers(page), page.url()], [first, url]);
  await page.goBack();
  assert.equal(new URL(page.url()).pathname, "/");
  await page.goto(url);
  assert.deepEqual(await numbers(page), first);
}));

test("pages of a result neither repeat nor leave out", () => on({}, async (page) => {
  await page.goto("/search?q=the+device+of+a+method&limit=5");
  const first = await numbers(page);
  await page.getByRole("link", { name: "Next" }).click();
  await page.waitForURL(/page=2/);
  const second = await numbers(page);
  assert.equal(new Set([...first, ...second]).size, 10);
  await page.getByRole("link", { name: "Previous" }).click();
  await page.waitForURL((url) => !url.search.includes("page="));
  assert.deepEqual(await numbers(page), first);
}));

test("feedback moves the query and is taken back", () => on({}, async (page) => {
  await page.goto("/search?q=battery+anode");
  const number = (await numbers(page))[2];
  const hit = page.locator(".hit").filter({ hasText: number });
  await hit.getByRole("link", { name: "more of this" }).click();
  await page.waitForURL(/more=/);
  assert.ok(await page.locator(".hits .note").getByText(`towards ${number}`).isVisible());
  await page.locator(".chip").click();
  await page.waitForURL((url) => !url.search.includes("more="));
  await page.locator(".hit").first().getByRole("link", { name: "like this" }).click();
  await page.waitForURL(/\/search\?like=/);
  assert.ok((await numbers(page)).length > 0);
}));

test("two are selected and compared", () => on({}, async (page) => {
  await page.goto(SEARCH);
  const shown = (await numbers(page)).slice(0, 2);
  assert.ok(await page.locator("#compare-button").isDisabled());
  await page.locator(".hit").nth(0).getByLabel("compare").check();
  await page.locator(".hit").nth(1).getByLabel("compare").check();
  await page.getByRole("button", { name: "Compare selected (2)" }).click();
  await page.waitForURL(/\/compare\?/);
  assert.deepEqual(await page.locator("thead .number").allTextContents(), shown);
}));

test("a claim is charted and exported", () => on({}, async (page) => {
  await page.goto("/chart");
  await page.locator("#claim").fill("US20249900019A1:1");
  await page.getByRole("button", { name: "Chart" }).click();
  await page.waitForURL(/\/chart\?claim=US20249900019A1%3A1/);
  assert.ok((await page.locator("tbody tr").count()) >= 3, "an element a row");
  assert.match(await page.locator(".pair").textContent(), /Best pair: US\w+ with US\w+/);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
  assert.match(fs.readFileSync(await download.path(), "utf8"), /^element,text,number/);
  assert.ok(await page.getByRole("button", { name: "Print" }).isVisible());
}));

test("results are exported", () => on({}, async (page) => {
  await page.goto(SEARCH);
  const expected = { CSV: /^rank,number/, RIS: /^TY {2}- PAT/, BibTeX: /^@patent\{/, JSON: /^\{/ };
  for (const [name, beginning] of Object.entries(expected)) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name, exact: true }).click(),
    ]);
    assert.match(fs.readFileSync(await download.path(), "utf8"), beginning);
  }
}));

test("keys lead through hits and patents", () => on({}, async (page) => {
  await page.goto(SEARCH);
  const shown = await numbers(page);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  assert.ok(await page.locator(".hit").first().getByLabel("compare").isChecked());
  await page.locator(".hit h2 a").first().press("Enter");
  await page.waitForURL((url) => url.pathname === `/patents/${shown[0]}`);
  assert.ok((await page.locator(".best .passage").count()) > 0, "passages for the query");
  await page.keyboard.press("j");
  await page.waitForURL((url) => url.pathname === `/patents/${shown[1]}`);
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL((url) => url.pathname === `/patents/${shown[0]}`);
  await page.keyboard.press("u");
  await page.waitForURL(/\/search\?.*#hit-1$/);
  await page.keyboard.press("?");
  assert.ok(await page.locator("#keys").isVisible());
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("#keys").isVisible()));
}));

test("a result is drawn as a map", () => on({}, async (page) => {
  await page.goto("/search?q=battery+anode");
  await page.getByRole("link", { name: "Map" }).click();
  await page.waitForURL(/\/landscape\?q=battery\+anode/);
  assert.ok((await page.locator(".map a circle").count()) >= 40, "a dot a patent");
  const colours = await page.locator(".map a circle").evaluateAll((dots) => dots.map((dot) => dot.getAttribute("fill")));
  assert.equal(new Set(colours).size, await page.locator(".clusters > li").count(), "a colour a cluster");
  await page.locator(".clusters summary").first().click();
  await page.locator(".clusters ul a").first().click();
  await page.waitForURL(/\/patents\//);
}));

test("a patent has its claims as a tree, its classes, and citations both ways", () => on({}, async (page) => {
  await page.goto("/patents/US99002011B1");
  assert.ok((await page.locator(".claims ol li").count()) > 0, "dependent claims stand below");
  await page.locator("#cites").getByRole("link", { name: "US99001204B2" }).click();
  await page.waitForURL(/US99001204B2/);
  assert.ok(await page.locator("#cited-by").getByText("US99002011B1").isVisible());
  assert.ok((await page.locator("#similar li").count()) > 0);
  assert.ok((await page.locator(".classes li").count()) > 0);
}));

test("titles are text, whatever they say", () => on({}, async (page) => {
  for (const address of [
    "/search?q=ti:hostile",
    "/patents/US20249900099A1",
    "/compare?number=US20249900099A1&number=US99002011B1",
    "/chart?claim=A+hostile+title+comprising:+a+script;+and+an+image",
    "/search?q=%3Cscript%3Edocument.title%3D'taken'%3C%2Fscript%3E",
    "/search?like=US20249900099A1",
  ]) {
    await page.goto(address);
    assert.doesNotMatch(await page.title(), /^taken/, address);
    assert.equal(await page.locator("main script, main img").count(), 0, address);
  }
  await page.goto("/search?q=ti:hostile");
  assert.match(await page.locator(".hit h2").first().textContent(), /<script>document\.title="taken"<\/script>/);
}));

test("a bad query is shown with its place and a better one", () => on({}, async (page) => {
  const answer = await page.goto("/search?q=anode+cpv:H01M");
  assert.equal(answer.status(), 400);
  assert.match(await page.locator(".trouble pre").textContent(), /anode cpv:H01M\n {6}\^+/);
  await page.locator(".trouble").getByRole("link", { name: "anode cpc:H01M" }).click();
  assert.ok((await page.locator(".hit").count()) > 0);
  assert.equal((await page.goto("/patents/US1B1")).status(), 404);
  assert.match(await page.locator("main").textContent(), /US1B1 is not in the index/);
  assert.equal((await page.goto("/nowhere")).status(), 404);
}));

test("everything works without the script", () => on({ javaScriptEnabled: false }, async (page) => {
  await page.goto("/");
  await page.locator("#q").fill("battery anode");
  await page.getByRole("button", { name: "Search", exact: true }).first().click();
  await page.waitForURL(/q=battery\+anode/);
  await page.locator(".facets section a").first().click();
  await page.waitForURL(/class=/);
  await page.locator(".chip").click();
  await page.locator(".hit").nth(0).getByLabel("compare").check();
  await page.locator(".hit").nth(1).getByLabel("compare").check();
  await page.getByRole("button", { name: "Compare selected" }).click();
  assert.equal(await page.locator("thead .number").count(), 2);
  const disclosure = "A wearable device around the neck of a pet confines it to a yard; (see below. ".repeat(40);
  await page.goto("/");
  await page.locator("#q").fill(disclosure);
  await page.getByRole("button", { name: "Search", exact: true }).first().click();
  await page.waitForURL(/z\.text=/);
  assert.ok(page.url().length < 1000, "a long text has a short address");
  assert.ok((await page.locator(".hit").count()) > 0);
  await page.goto(page.url());
  assert.equal(await page.locator("#q").inputValue(), disclosure.trim());
}));

test("a phone shows everything without scrolling sideways", () => on({ viewport: PHONE }, async (page) => {
  for (const address of ["/", SEARCH, "/patents/US99002011B1", "/chart?claim=US20249900019A1:1", "/help"]) {
    await page.goto(address);
    const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= window, `${address} is ${wide} wide in ${window}`);
  }
  await page.goto(SEARCH);
  await page.getByRole("link", { name: "Filters" }).click();
  assert.ok(await page.locator(".facets h2").isVisible());
}));
