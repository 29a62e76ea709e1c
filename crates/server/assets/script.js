// Keys and comforts. Every page works without this.
"use strict";

const all = (selector) => [...document.querySelectorAll(selector)];
const keyed = (key) => document.querySelector(`[data-key="${key}"]`);

const isTyping = (target) => target.closest?.("input:not([type=checkbox]), textarea, select") != null;

/** Moves between hits, from the one that has the focus. */
function step(by) {
  const hits = all(".hit");
  const at = hits.indexOf(document.activeElement.closest(".hit"));
  const next = hits[at < 0 ? (by > 0 ? 0 : hits.length - 1) : at + by];
  next?.querySelector("h2 a").focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

/** The next or previous hit: on a patent's page, its page. */
function move(by) {
  const link = keyed(by > 0 ? "next" : "previous");
  if (link) link.click();
  else if (document.querySelector(".hit")) step(by);
}

function toggle() {
  document.activeElement.closest(".hit")?.querySelector("[name=number]").click();
}

const actions = {
  "/": () => { const field = keyed("/"); field?.focus(); field?.select(); },
  j: () => move(1),
  k: () => move(-1),
  ArrowRight: () => keyed("next")?.click(),
  ArrowLeft: () => keyed("previous")?.click(),
  u: () => keyed("u")?.click(),
  x: toggle,
  c: () => document.getElementById("compare-button")?.click(),
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const action = actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

// Enter searches; a line break takes Shift, as in a conversation.
const box = document.getElementById("q");
box?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    box.form.requestSubmit();
  }
});

// The button says how many are selected, and waits for two.
const marks = all("[name=number]");
const button = document.getElementById("compare-button");
function count() {
  const selected = marks.filter((mark) => mark.checked).length;
  button.textContent = selected ? `Compare selected (${selected})` : "Compare selected";
  button.disabled = selected < 2;
}
if (button) {
  marks.forEach((mark) => mark.addEventListener("change", count));
  // Going back brings the marks back after the page.
  window.addEventListener("pageshow", count);
}

for (const print of all("[data-print]")) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
