// The text box of a need: counts characters, keeps what was typed in this tab, sends on Ctrl+Enter.

const form = document.getElementById("need-form");
const box = document.getElementById("text");
const count = document.getElementById("text-count");
const live = document.getElementById("live");
const send = document.getElementById("send");
const advised = Number(box.dataset.advised);
const limit = Number(box.dataset.limit);
const numbers = new Intl.NumberFormat(document.documentElement.lang);
// Each form keeps its own draft: a need that is changed is not the next one that is told.
const KEY = `landbridge:${new URL(form.action).pathname}`;
const PAUSE_MS = 1000;
let timer = 0;

function length() {
  // As the server counts: characters, not UTF-16 units, and a line end is one.
  return [...box.value].length;
}

function say(template, n) {
  return template.replace("{n}", numbers.format(n));
}

function wording(n) {
  if (n > limit) return say(count.dataset.over, n - limit);
  return say(n > advised ? count.dataset.long : count.dataset.count, n);
}

function show() {
  const n = length();
  count.textContent = wording(n);
  count.classList.toggle("over", n > limit);
  clearTimeout(timer);
  // Spoken from nine tenths of the limit on, after a pause, so that typing is not talked over.
  timer = setTimeout(() => {
    live.textContent = n >= limit * 0.9 ? wording(n) : "";
  }, PAUSE_MS);
}

function keep() {
  try {
    sessionStorage.setItem(KEY, box.value);
  } catch {
    // Storage may be full or forbidden; the text is still in the box.
  }
}

function restore() {
  // Only where the server sent no text of its own: a mistaken form or "Change your words" wins.
  if (box.value !== "") return;
  try {
    box.value = sessionStorage.getItem(KEY) ?? "";
  } catch {
    // Nothing was kept.
  }
}

function busy(is) {
  send.setAttribute("aria-disabled", String(is));
  send.textContent = is ? send.dataset.busy : send.dataset.ready;
  live.textContent = is ? send.dataset.busy : "";
}

box.addEventListener("input", () => {
  show();
  keep();
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit(send);
});

form.addEventListener("submit", (event) => {
  if (send.getAttribute("aria-disabled") === "true") {
    event.preventDefault(); // sent already
    return;
  }
  busy(true);
});

// Back from the result brings the page as it was left, button and all.
addEventListener("pageshow", () => {
  busy(false);
  show();
});

restore();
show();
count.hidden = false;
for (const hint of document.querySelectorAll("[data-with-script]")) hint.hidden = false;
