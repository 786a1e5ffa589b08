// Partial updates. A GET form or a link marked data-swap="results" is an ordinary one; with script,
// its address is fetched and the elements with those ids are taken out of the full page that comes.

const policy = window.trustedTypes?.createPolicy("app", { createHTML: (html) => html });
const parser = new DOMParser();
const PAUSE_MS = 250;
let running = null;

function parse(html) {
  // Only pages of our own origin come this way, and their scripts do not run when parsed.
  return parser.parseFromString(policy ? policy.createHTML(html) : html, "text/html");
}

export async function swap(url, ids, { push = true } = {}) {
  running?.abort();
  const mine = (running = new AbortController());
  const old = ids.map((id) => document.getElementById(id));
  old[0]?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { signal: mine.signal, headers: { Accept: "text/html" } });
    const page = parse(await answer.text());
    const fresh = ids.map((id) => page.getElementById(id));
    if (fresh.includes(null) || old.includes(null)) {
      location.assign(answer.url); // not the page we hoped for: show what it is
      return;
    }
    const focused = document.activeElement?.id;
    fresh.forEach((element, at) => old[at].replaceWith(document.adoptNode(element)));
    document.title = page.title;
    if (push) {
      if (!history.state) history.replaceState({ ids }, "");
      history.pushState({ ids }, "", answer.url);
    }
    const kept = focused && document.getElementById(focused);
    if (kept && kept !== document.activeElement) kept.focus({ preventScroll: true });
    document.getElementById("live").textContent =
      fresh[0].querySelector("[data-announce]")?.textContent ?? "";
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  } finally {
    if (running === mine) running = null;
  }
}

function idsOf(element) {
  return element.dataset.swap.split(" ");
}

function addressOf(form) {
  const url = new URL(form.action);
  const filled = [...new FormData(form)].filter(([, value]) => value !== "");
  url.search = new URLSearchParams(filled).toString();
  return url.href;
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.swap || form.method !== "get" || event.defaultPrevented) return;
  event.preventDefault();
  swap(addressOf(form), idsOf(form));
});

addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  swap(link.href, idsOf(link));
});

// Search as you type, never while an input method composes: half-typed pinyin is not a query.
let timer = 0;
function later(event) {
  const form = event.target.form;
  if (!form?.dataset.swap || event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(() => swap(addressOf(form), idsOf(form)), PAUSE_MS);
}
addEventListener("input", later);
addEventListener("compositionend", later);

// Back and forward: the form shows again what the address says.
addEventListener("popstate", (event) => {
  const asked = new URLSearchParams(location.search);
  for (const field of document.querySelectorAll("form[data-swap] [name]")) {
    field.value = asked.get(field.name) ?? "";
  }
  if (event.state?.ids) swap(location.href, event.state.ids, { push: false });
  else location.reload();
});
