// Draws every landscape of the page: an element of class "landscape" with its data in a script element.
(() => {
  "use strict";

  const CELLS = 128; // of the grid in which the point under the pointer is looked for, along a side
  const NEAR = 9; // pixels from a point at which the pointer still means it
  const CLOSEST = 200; // times the whole map
  const LISTED = 50; // matches that are listed
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const counted = (number) => number.toLocaleString("en");

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  function draw(root) {
    const { points, clusters } = JSON.parse(root.querySelector("script").textContent);
    const count = points.length;
    const X = Float32Array.from(points, (point) => point.x);
    const Y = Float32Array.from(points, (point) => point.y);
    const group = Int32Array.from(points, (point) => point.cluster ?? clusters.length);
    const grid = makeGrid(X, Y);
    let words = null; // what is searched, made when it is first needed

    const canvas = element("canvas", { tabindex: 0, role: "img" });
    canvas.setAttribute("aria-label", `A map of ${counted(count)} patents in ${clusters.length} clusters`);
    const tip = element("div", { class: "tip", hidden: "" });
    const search = element("input", { type: "search", placeholder: "Number or words of a title" });
    search.setAttribute("aria-label", "Find patents on the map");
    const found = element("output");
    const list = element("ol", { class: "found", hidden: "" });
    const legend = element("ol", { class: "legend" });
    const button = (text, label, onclick) =>
      element("button", { type: "button", title: label, "aria-label": label, onclick }, text);
    const zoomed = (by) => () => zoomAt(by, width / 2, height / 2, true);
    const buttons = element("div", { class: "zoom" },
      button("+", "Zoom in", zoomed(2)), button("−", "Zoom out", zoomed(0.5)),
      button("⤢", "Show the whole map", () => fly(whole())));
    const view = element("div", { class: "view" }, canvas, buttons, tip);
    const side = element("div", { class: "side" }, element("div", { class: "search" }, search, found), list, legend);
    root.append(view, side);

    const context = canvas.getContext("2d");
    let width = 0, height = 0, ratio = 1;
    let at = { x: 0.5, y: 0.5, scale: 1 }; // the middle of the view, and pixels to the width of the map
    let lit = null; // which points stand out: a byte each, or null for all
    let only = -1; // the cluster that was chosen in the legend
    let shown = -1; // the point whose tip is shown
    let pinned = false;
    let asked = 0, flight = 0;

    const whole = () => ({ x: 0.5, y: 0.5, scale: Math.min(width, height) * 0.94 });
    const toX = (x) => (x - at.x) * at.scale + width / 2;
    const toY = (y) => (y - at.y) * at.scale + height / 2;
    const colour = (cluster) => clusters[cluster]?.colour ?? "#8c8c8c";
    const ask = () => { asked ||= requestAnimationFrame(paint); };

    function radius() {
      const room = Math.sqrt((width * height) / Math.max(count, 1)) * 0.27;
      return Math.min(Math.max(room, 1.3), 4) * Math.min((at.scale / whole().scale) ** 0.4, 4);
    }

    // A disc is drawn once for each colour and copied for each point, which is many times quicker.
    function disc(fill, size) {
      const made = document.createElement("canvas");
      made.width = made.height = Math.ceil(2 * size) + 2;
      const pen = made.getContext("2d");
      pen.fillStyle = fill;
      pen.arc(made.width / 2, made.height / 2, size, 0, 2 * Math.PI);
      pen.fill();
      return made;
    }

    function paint() {
      asked = 0;
      const style = getComputedStyle(root);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      const size = radius();
      const discs = [...clusters, null].map((_, cluster) => disc(colour(cluster), size * ratio));
      const faint = disc(style.getPropertyValue("--faint"), size * ratio);
      const pass = (alpha, wanted, discOf) => {
        context.globalAlpha = alpha;
        for (let i = 0; i < count; i++) {
          if (lit && lit[i] !== wanted) continue;
          const x = toX(X[i]), y = toY(Y[i]);
          if (x < -size || y < -size || x > width + size || y > height + size) continue;
          const image = discOf(group[i]);
          const half = image.width / 2 / ratio;
          context.drawImage(image, x - half, y - half, 2 * half, 2 * half);
        }
      };
      if (lit) pass(0.6, 0, () => faint);
      pass(lit ? 0.95 : 0.8, 1, (cluster) => discs[cluster]);
      context.globalAlpha = 1;
      if (shown >= 0) ring(shown, size, style.color);
      names(style);
    }

    function ring(point, size, stroke) {
      context.beginPath();
      context.arc(toX(X[point]), toY(Y[point]), size + 3, 0, 2 * Math.PI);
      context.lineWidth = 2;
      context.strokeStyle = stroke;
      context.stroke();
    }

    // The larger clusters first; a name that would cover another waits until there is room.
    function names(style) {
      const taken = [];
      context.font = `600 13px ${style.fontFamily}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.lineWidth = 4;
      clusters.forEach((cluster, index) => {
        if (only >= 0 && only !== index) return;
        const lines = cluster.label.split(", ").slice(0, at.scale > 2 * whole().scale ? 3 : 2);
        const half = Math.max(...lines.map((line) => context.measureText(line).width)) / 2 + 4;
        const tall = lines.length * 8 + 2;
        const x = toX(cluster.x), y = toY(cluster.y);
        const box = [x - half, y - tall, x + half, y + tall];
        if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height) return;
        const covers = (other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3];
        if (taken.some(covers)) return;
        taken.push(box);
        lines.forEach((line, row) => {
          const below = y + (row - (lines.length - 1) / 2) * 16;
          context.strokeStyle = style.getPropertyValue("--halo");
          context.strokeText(line, x, below);
          context.fillStyle = style.color;
          context.fillText(line, x, below);
        });
      });
    }

    function move(to) {
      const scale = Math.min(Math.max(to.scale, whole().scale / 2), whole().scale * CLOSEST);
      at = { x: Math.min(Math.max(to.x, 0), 1), y: Math.min(Math.max(to.y, 0), 1), scale };
      placeTip();
      ask();
    }

    function fly(to) {
      cancelAnimationFrame(flight);
      if (still.matches) return move(to);
      const from = at, start = performance.now();
      const step = (now) => {
        const part = Math.min((now - start) / 350, 1), eased = part * part * (3 - 2 * part);
        const mix = (one, other) => one + (other - one) * eased;
        move({ x: mix(from.x, to.x), y: mix(from.y, to.y), scale: from.scale * (to.scale / from.scale) ** eased });
        if (part < 1) flight = requestAnimationFrame(step);
      };
      flight = requestAnimationFrame(step);
    }

    // What lies under the pixel stays under it.
    function zoomAt(by, px, py, slowly) {
      const least = whole().scale / 2, most = whole().scale * CLOSEST;
      const scale = Math.min(Math.max(at.scale * by, least), most);
      const keep = 1 / at.scale - 1 / scale;
      const to = { x: at.x + (px - width / 2) * keep, y: at.y + (py - height / 2) * keep, scale };
      if (slowly) fly(to); else move(to);
    }

    function pointAt(px, py) {
      const x = (px - width / 2) / at.scale + at.x, y = (py - height / 2) / at.scale + at.y;
      let best = -1, least = (Math.max(NEAR, radius() + 2) / at.scale) ** 2;
      grid.about(x, y, Math.sqrt(least), (i) => {
        const away = (X[i] - x) ** 2 + (Y[i] - y) ** 2;
        if (away < least && (!lit || lit[i])) [best, least] = [i, away];
      });
      return best;
    }

    function show(point, pin = false) {
      if (point === shown && pin === pinned) return;
      [shown, pinned] = [point, pin && point >= 0];
      canvas.style.cursor = point >= 0 ? "pointer" : "grab";
      tip.hidden = point < 0;
      tip.classList.toggle("pinned", pinned);
      if (point >= 0) {
        const { number, title } = points[point];
        const link = root.dataset.link?.replace("{number}", encodeURIComponent(number));
        const name = clusters[group[point]]?.label ?? "in no cluster";
        tip.replaceChildren(
          link ? element("a", { href: link }, number) : element("b", {}, number),
          element("div", {}, title),
          element("div", { class: "of" }, swatch(group[point]), name));
        placeTip();
      }
      ask();
    }

    function placeTip() {
      if (shown < 0) return;
      const x = toX(X[shown]), y = toY(Y[shown]);
      tip.style.left = `${Math.min(Math.max(x + 12, 4), Math.max(width - tip.offsetWidth - 4, 4))}px`;
      const below = y + 14 + tip.offsetHeight < height;
      tip.style.top = `${below ? y + 14 : Math.max(y - 14 - tip.offsetHeight, 4)}px`;
    }

    function swatch(cluster) {
      const made = element("span", { class: "swatch" });
      made.style.background = colour(cluster);
      return made;
    }

    function light() {
      const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const number = search.value.toLowerCase().replace(/[^0-9a-z]/g, "");
      const matches = [];
      lit = null;
      if (terms.length || only >= 0) {
        words ??= points.map((point) => `${point.number} ${point.title}`.toLowerCase());
        lit = new Uint8Array(count);
        for (let i = 0; i < count; i++) {
          if (only >= 0 && group[i] !== only) continue;
          const has = terms.every((term) => words[i].includes(term));
          if (has || (number.length > 3 && words[i].startsWith(number))) {
            lit[i] = 1;
            matches.push(i);
          }
        }
      }
      found.textContent = terms.length ? `${counted(matches.length)} of ${counted(count)}` : `${counted(count)} patents`;
      list.hidden = !terms.length;
      list.replaceChildren(...(terms.length ? matches.slice(0, LISTED).map(entry) : []));
      [...legend.children].forEach((item, index) =>
        item.firstChild.setAttribute("aria-pressed", String(only === index)));
      show(-1);
      ask();
    }

    function entry(point) {
      const { number, title } = points[point];
      const go = () => {
        fly({ x: X[point], y: Y[point], scale: Math.max(at.scale, whole().scale * 6) });
        show(point, true);
      };
      return element("li", {},
        element("button", { type: "button", onclick: go }, swatch(group[point]), element("b", {}, number), ` ${title}`));
    }

    clusters.forEach((cluster, index) => {
      const choose = () => {
        only = only === index ? -1 : index;
        light();
      };
      const about = cluster.class;
      const more = [cluster.words.slice(3).join(", ")];
      if (about) more.push(`${about.symbol}${about.title ? ` ${about.title}` : ""} (${Math.round(about.share * 100)} %)`);
      legend.append(element("li", {},
        element("button", { type: "button", "aria-pressed": "false", onclick: choose },
          swatch(index), element("span", { class: "name" }, cluster.label), element("small", {}, counted(cluster.size)),
          element("span", { class: "more" }, more.filter(Boolean).join(" · ")))));
    });
    const outside = group.reduce((sum, cluster) => sum + (cluster === clusters.length), 0);
    if (outside) {
      legend.append(element("li", { class: "outside" }, swatch(clusters.length), `in no cluster `,
        element("small", {}, counted(outside))));
    }

    // One pointer moves the map, two zoom it.
    const held = new Map();
    let travelled = 0;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      cancelAnimationFrame(flight);
      held.set(event.pointerId, place(event));
      travelled = held.size > 1 ? Infinity : 0;
    });
    canvas.addEventListener("pointermove", (event) => {
      const now = place(event), before = held.get(event.pointerId);
      if (!before) {
        if (!pinned) show(pointAt(now.x, now.y));
        return;
      }
      const others = [...held].filter(([id]) => id !== event.pointerId).map(([, other]) => other);
      held.set(event.pointerId, now);
      travelled += Math.hypot(now.x - before.x, now.y - before.y);
      if (others.length) {
        const [other] = others;
        const apart = (one) => Math.max(Math.hypot(one.x - other.x, one.y - other.y), 1);
        zoomAt(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
      } else if (travelled > 3) {
        canvas.style.cursor = "grabbing";
        move({ x: at.x - (now.x - before.x) / at.scale, y: at.y - (now.y - before.y) / at.scale, scale: at.scale });
      }
    });
    const release = (event) => {
      held.delete(event.pointerId);
      canvas.style.cursor = "grab";
      if (event.type === "pointerup" && travelled <= 3) {
        const { x, y } = place(event);
        show(pointAt(x, y), true);
      }
    };
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("pointerleave", () => { if (!pinned) show(-1); });
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      cancelAnimationFrame(flight);
      const { x, y } = place(event);
      zoomAt(2 ** (-event.deltaY * (event.deltaMode ? 20 : 1) / 300), x, y);
    }, { passive: false });
    canvas.addEventListener("dblclick", (event) => {
      const { x, y } = place(event);
      zoomAt(2, x, y, true);
    });
    canvas.addEventListener("keydown", (event) => {
      const step = 60 / at.scale;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (moves[event.key]) move({ x: at.x + moves[event.key][0], y: at.y + moves[event.key][1], scale: at.scale });
      else if (event.key === "+") zoomed(2)();
      else if (event.key === "-") zoomed(0.5)();
      else if (event.key === "0") fly(whole());
      else if (event.key === "Escape") show(-1);
      else return;
      event.preventDefault();
    });
    search.addEventListener("input", light);
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") list.querySelector("button")?.click();
    });
    dark.addEventListener("change", ask);

    new ResizeObserver(() => {
      const first = width === 0;
      const far = first ? 1 : at.scale / whole().scale;
      [width, height] = [view.clientWidth, view.clientHeight];
      ratio = window.devicePixelRatio || 1;
      [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (first) at = whole();
      else at.scale = whole().scale * far;
      paint();
    }).observe(view);
    light();
  }

  // Points by the cell of a square grid that they lie in.
  function makeGrid(X, Y) {
    const cell = (value) => Math.min(Math.max(Math.floor(value * CELLS), 0), CELLS - 1);
    const starts = new Uint32Array(CELLS * CELLS + 1);
    const cellOf = (i) => cell(Y[i]) * CELLS + cell(X[i]);
    for (let i = 0; i < X.length; i++) starts[cellOf(i) + 1]++;
    for (let i = 0; i < CELLS * CELLS; i++) starts[i + 1] += starts[i];
    const next = starts.slice(), items = new Uint32Array(X.length);
    for (let i = 0; i < X.length; i++) items[next[cellOf(i)]++] = i;
    return {
      about(x, y, within, visit) {
        for (let row = cell(y - within); row <= cell(y + within); row++) {
          const from = starts[row * CELLS + cell(x - within)], to = starts[row * CELLS + cell(x + within) + 1];
          for (let at = from; at < to; at++) visit(items[at]);
        }
      },
    };
  }

  document.querySelectorAll(".landscape").forEach(draw);
})();
