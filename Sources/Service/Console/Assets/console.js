// Keys, and small comforts. Every page does its work without this file.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const page = document.body.dataset.page;

  // Help.
  const help = one("#help");
  const showHelp = () => help && (help.open ? help.close() : help.showModal());
  for (const link of all("[data-help]"))
    link.addEventListener("click", (event) => { event.preventDefault(); showHelp(); });

  // The queue: one row is chosen, and stays chosen when one comes back.
  const rows = all("[data-row]");
  let chosen = -1;
  const choose = (index) => {
    if (!rows.length) return;
    chosen = Math.max(0, Math.min(rows.length - 1, index));
    rows.forEach((row, place) => row.classList.toggle("chosen", place === chosen));
    const link = one("a", rows[chosen]);
    link.focus({ preventScroll: true });
    rows[chosen].scrollIntoView({ block: "nearest" });
    sessionStorage.setItem("chosen " + location.search, String(chosen));
  };
  rows.forEach((row, index) => one("a", row).addEventListener("focus", () => {
    chosen = index;
    rows.forEach((other, place) => other.classList.toggle("chosen", place === index));
  }));
  const before = Number(sessionStorage.getItem("chosen " + location.search) ?? -1);

  // A case: a verdict's key arms it with its first quick reason, which typing replaces.
  const why = one("#why");
  const chips = all(".chip");
  const verdicts = all("input[name=verdict]");
  const offer = (verdict) => chips.forEach((chip) => { chip.hidden = chip.dataset.verdict !== verdict; });
  const arm = (input) => {
    input.checked = true;
    offer(input.value);
    const first = chips.find((chip) => chip.dataset.verdict === input.value);
    const isOurs = !why.value || chips.some((chip) => chip.textContent === why.value);
    if (first && isOurs) why.value = first.textContent;
    why.focus();
    why.select();
  };
  for (const input of verdicts) input.addEventListener("change", () => arm(input));
  for (const chip of chips)
    chip.addEventListener("click", () => { why.value = chip.textContent; why.focus(); });
  const inForce = verdicts.find((input) => input.checked);
  if (inForce) offer(inForce.value);

  const marks = one("[data-marks]");
  const toggleMarks = () => {
    const off = root.classList.toggle("unmarked");
    marks.setAttribute("aria-pressed", String(!off));
  };
  if (marks) marks.addEventListener("click", toggleMarks);

  const copy = one("[data-copy]");
  if (copy && navigator.clipboard)
    copy.addEventListener("click", async (event) => {
      event.preventDefault();
      await navigator.clipboard.writeText(copy.href);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Permalink"; }, 1500);
    });

  // A form that is sent says so, and is not sent twice.
  for (const form of all("form[method=post]"))
    form.addEventListener("submit", () => {
      for (const button of all("button", form)) button.disabled = true;
      form.classList.add("sending");
    });
  window.addEventListener("pageshow", () => all(".sending").forEach((form) => {
    form.classList.remove("sending");
    for (const button of all("button", form)) button.disabled = false;
  }));

  // Keys.
  const go = (selector) => { const link = one(selector); if (link) link.click(); };
  let afterG = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (field) {
      if (event.key === "Escape") field.blur();
      return;
    }
    if (help?.open) { if (event.key === "?") showHelp(); return; }
    const key = event.key;
    if (performance.now() - afterG < 1200) {
      afterG = 0;
      const place = { c: "cases", r: "creators", f: "fleet" }[key];
      if (place) { location.href = "/console/" + place; event.preventDefault(); return; }
    }
    if (key === "g") { afterG = performance.now(); return; }
    if (key === "?") { showHelp(); event.preventDefault(); return; }
    if (rows.length) {
      if (key === "j") return choose(chosen < 0 && before > 0 ? before : chosen + 1);
      if (key === "k") return choose(chosen < 0 ? 0 : chosen - 1);
      if (key === "[") return go("a[rel=prev]");
      if (key === "]") return go("a[rel=next]");
    }
    if (page === "case") {
      const verdict = verdicts.find((input) => input.dataset.key === key);
      if (verdict) { event.preventDefault(); arm(verdict); return; }
      if (key === "n") return go("[data-next]");
      if (key === "e") return go("[data-export]");
      if (key === "m" && marks) return toggleMarks();
      if (key === "z") {
        const undo = one("#undo");
        if (undo) { event.preventDefault(); undo.requestSubmit(); }
      }
    }
  });

  // The fleet: looked at again while somebody looks.
  const live = one("[data-live]");
  if (live)
    setInterval(async () => {
      if (document.hidden || live.contains(document.activeElement) || one("details[open]", live)) return;
      try {
        const answer = await fetch(location.pathname, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        const part = one("[data-live]", fresh);
        if (part) live.replaceChildren(...part.childNodes);
      } catch { /* The next look may get through. */ }
    }, 5000);
})();
