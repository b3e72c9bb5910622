// The workbench's keys and small comforts. Every page works without this file.

const KEYS_OFF = "countersign-keys-off";

const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
const lines = () => [...document.querySelectorAll("[data-lines] a[data-line]")];

// ── choosing a line: the same page again, with the old one kept until the new one is here ──

let asked = 0;
let shown = location.pathname + location.search;

async function show(address, { push }) {
  const mine = ++asked;
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    document.querySelector("main").replaceWith(document.adoptNode(next.querySelector("main")));
    document.title = next.title;
    if (push) history.pushState({}, "", address);
    shown = location.pathname + location.search;
    wake();
    const chosen = document.querySelector("[data-lines] a[aria-current]");
    chosen?.focus({ preventScroll: true });
    chosen?.closest("tr").scrollIntoView({ block: "nearest" });
  } catch {
    location.assign(address);
  }
}

function step(by) {
  const all = lines();
  if (!all.length) return;
  const at = all.findIndex((link) => link.hasAttribute("aria-current"));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  if (next !== all[at]) show(next.href, { push: true });
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("[data-lines] a[data-line]");
  if (link) {
    event.preventDefault();
    show(link.href, { push: true });
    return;
  }
  const button = event.target.closest("button[data-step]");
  if (button) step(Number(button.dataset.step));
  if (event.target.closest("button[data-keys-switch]")) switchKeys();
});

window.addEventListener("popstate", () => {
  // A step to a place within the page comes here too, and changes nothing.
  const here = location.pathname + location.search;
  if (here !== shown && document.querySelector("[data-lines]")) show(location.href, { push: false });
});

// ── keys: each is a visible control with data-key; they can be switched off ──

const keysOff = () => localStorage.getItem(KEYS_OFF) === "yes";

function switchKeys() {
  localStorage.setItem(KEYS_OFF, keysOff() ? "no" : "yes");
  wake();
}

document.addEventListener("keydown", (event) => {
  if (keysOff() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const control = [...document.querySelectorAll("[data-key]")].find((found) => found.dataset.key === event.key);
  if (!control) return;
  event.preventDefault();
  if (control.matches("input")) control.focus();
  else control.click();
});

// ── a job that is running: look again, and keep the old page until then ──

async function follow(live) {
  await new Promise((done) => setTimeout(done, Number(live.dataset.live)));
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) {
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.title = next.title;
      document.querySelector("main").replaceWith(document.adoptNode(next.querySelector("main")));
    }
  } catch {
    // The server is away for a moment: the page as it is stays, and we look again.
  }
  const again = document.querySelector("[data-live]");
  if (again) follow(again);
}

// ── files dropped on the form ──

for (const form of document.querySelectorAll("form[data-drop]")) {
  const files = form.querySelector("input[type=file]");
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) files.files = event.dataTransfer.files;
  });
}

// ── what only makes sense with scripts is hidden until now ──

function wake() {
  for (const control of document.querySelectorAll("[data-step], [data-keys-switch]")) control.hidden = false;
  const all = lines();
  const at = all.findIndex((link) => link.hasAttribute("aria-current"));
  for (const button of document.querySelectorAll("button[data-step]")) {
    const to = at + Number(button.dataset.step);
    button.disabled = to < 0 || to >= all.length;
  }
  for (const button of document.querySelectorAll("[data-keys-switch]")) {
    button.textContent = keysOff() ? "Switch keys on" : "Switch keys off";
  }
}

wake();
document.querySelector(".long tr.chosen")?.scrollIntoView({ block: "nearest" });
const live = document.querySelector("[data-live]");
if (live) follow(live);
