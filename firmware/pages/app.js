// The page's frame: which view is open, asking again and again, log-in, and what to do without an answer.

import { get, watch } from "./api.js";
import { h, put, state } from "./dom.js";

/** name: [title, what is in the navigation]; each is a file of that name, of which open() makes the view. */
const VIEWS = {
  setup: ["Set-up", null],
  commissioning: ["Commissioning", "Commissioning"],
  live: ["Live", "Live"],
  history: ["History", "History"],
  events: ["Events", "Events"],
  settings: ["Settings", "Settings"],
  device: ["Device", "Device"],
  login: ["Log in", null],
};
const RETRY_MS = 1500;
const MOST_WAIT_MS = 8000;
const MOST_START_MS = 30000;

// On the board all files are one, and this finds the view in it (see tools/lumbus/pages.py).
const load = (name) => import(`./${name}.js`);

const main = document.getElementById("main");
const nav = document.getElementById("nav");
let hello = null;
let open = null;
let failures = 0;

function link(word, text) {
  state(document.getElementById("link"), word);
  put(document.getElementById("link-text"), text);
}

watch.answered = (how) => {
  failures = how === "well" ? 0 : failures + 1;
  if (open?.isWaiting) return;
  if (how === "well") link("ok", "Answering");
  else if (how === "busy") link("wait", "Busy, trying again");
  else link("bad", "No answer, trying again");
};

watch.loginNeeded = () => {
  if (hello && open?.name !== "login") enter();
};

/** Which views there are now, the first of which is the one to begin with. */
function allowed() {
  if (hello.mode === "setup") return ["setup"];
  if (!hello.session && !hello.commissioning) return ["login"];
  const views = ["live", "history", "events", "settings", "device"];
  return hello.commissioning ? ["commissioning", ...views] : views;
}

function showNav() {
  const names = allowed().filter((name) => VIEWS[name][1]);
  nav.hidden = names.length === 0;
  nav.replaceChildren(
    ...names.map((name) => h("a", { href: `#${name}`, "aria-current": name === open?.name ? "page" : null }, VIEWS[name][1]))
  );
}

/** What a view may do. */
const context = {
  get hello() {
    return hello;
  },
  go: (name) => {
    if (location.hash === `#${name}`) show(name);
    else location.hash = name;
  },
  again: () => enter(),
  /** The device starts again: wait until it answers, then go on. */
  restarting: (text, then) => waitForStart(text, then),
};

let turn = 0;

async function show(name, isFirst) {
  const mine = ++turn;
  open?.close?.();
  open = { name };
  const [title] = VIEWS[name];
  const heading = h("h1", { tabindex: "-1" }, title);
  const root = h("div", { class: "loading" });
  main.replaceChildren(heading, root);
  document.title = `${title} · Lumbus`;
  showNav();
  if (!isFirst) heading.focus();
  const view = await load(name);
  if (mine !== turn) return;
  root.classList.remove("loading");
  Object.assign(open, view.open(root, context));
  keepAsking(mine);
}

/** Ask while the view is open and seen; slower as long as there is no answer. */
async function keepAsking(mine) {
  while (mine === turn && open.poll) {
    if (!document.hidden) {
      const silent = failures > 0;
      try {
        // A view that wants no more says so.
        if ((await open.poll()) === "enough") return;
        // Who comes back may be in another mode, or have forgotten the session.
        if (silent && mine === turn && (await changed())) return;
      } catch (e) {
        if (e.status === undefined) throw e;
        if (e.status === 401 || e.status === 404) {
          if (mine === turn && (await changed())) return;
        }
      }
    }
    if (mine !== turn) return;
    const wait = failures ? Math.min(MOST_WAIT_MS, RETRY_MS * 2 ** (failures - 1)) : open.every;
    await new Promise((done) => {
      setTimeout(done, wait);
      open.hurry = done;
    });
  }
}

async function changed() {
  const before = JSON.stringify(allowed());
  try {
    hello = await get("/api/hello");
  } catch {
    return false;
  }
  if (JSON.stringify(allowed()) === before) return false;
  route();
  return true;
}

function route(isFirst) {
  const names = allowed();
  const asked = location.hash.slice(1);
  show(names.includes(asked) ? asked : names[0], isFirst === true);
}

async function enter(isFirst) {
  const mine = ++turn;
  for (;;) {
    try {
      hello = await get("/api/hello");
      break;
    } catch {
      await new Promise((done) => setTimeout(done, 2000));
      if (mine !== turn) return;
    }
  }
  put(document.getElementById("who"), `${hello.gateway}`);
  route(isFirst);
}

async function waitForStart(text, then = "") {
  const mine = ++turn;
  open?.close?.();
  open = { name: "wait", isWaiting: true };
  const heading = h("h1", { tabindex: "-1" }, "Starting again");
  main.replaceChildren(
    heading,
    h("div", { class: "panel narrow" }, h("p", { role: "status" }, text), h("progress", { "aria-label": "Waiting for the device" }))
  );
  heading.focus();
  link("wait", "Starting again");
  // It answers the request first and starts then: an answer with the number of the start before is one of before.
  const began = Date.now();
  const before = `${hello.mode} ${hello.boot}`;
  while (mine === turn) {
    await new Promise((done) => setTimeout(done, 1000));
    try {
      hello = await get("/api/hello");
      if (`${hello.mode} ${hello.boot}` !== before || Date.now() - began > MOST_START_MS) break;
    } catch {
      // It is away: that is what is waited for.
    }
  }
  if (mine !== turn) return;
  location.hash = then;
  enter();
}

document.getElementById("skip").addEventListener("click", (e) => {
  e.preventDefault();
  main.focus();
});
addEventListener("hashchange", () => hello && route());
document.addEventListener("visibilitychange", () => !document.hidden && open?.hurry?.());
enter(true);
