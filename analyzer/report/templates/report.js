"use strict";
// Everything works without this script. It adds copy buttons, search, sorting, and opens the section that a link leads to.
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const copy = async (node) => {
    try {
      await navigator.clipboard.writeText(node.textContent);
      return true;
    } catch {
      select(node); // a page opened from a file may have no clipboard: the older way, and failing that the text stays selected
      return document.execCommand("copy");
    }
  };
  const told = document.body.dataset; // what this script says, in the language of the report
  for (const place of all(".copyable")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = told.copy;
    button.addEventListener("click", async () => {
      const done = await copy(place.querySelector("code"));
      button.textContent = done ? told.copied : told.selected;
      setTimeout(() => { button.textContent = told.copy; }, 2000);
    });
    place.append(button);
  }
  for (const filter of all(".filter")) filter.hidden = false;

  const table = document.getElementById("fleet-table");
  if (table) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    const find = document.getElementById("fleet-find");
    const situation = document.getElementById("fleet-situation");
    const present = new Set(rows.map((row) => row.dataset.situation));
    for (const option of all("option", situation)) if (option.value && !present.has(option.value)) option.remove();
    const count = document.getElementById("fleet-count");
    const apply = () => {
      const wanted = find.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !words.get(row).includes(wanted) || (situation.value !== "" && row.dataset.situation !== situation.value);
        if (!row.hidden) shown += 1;
      }
      count.textContent = count.dataset.shown.replace("{shown}", shown).replace("{all}", rows.length);
    };
    find.addEventListener("input", apply);
    situation.addEventListener("change", apply);
    const heads = Array.from(table.tHead.rows[0].cells);
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        for (const other of heads) other.removeAttribute("aria-sort");
        if (before === "descending") {
          body.append(...rows); // the third time gives back the order of urgency
          return;
        }
        const down = before === "ascending";
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = new Map(rows.map((row) => [row, row.cells[column].dataset.order ?? row.cells[column].textContent.trim()]));
        const sorted = [...rows].sort((a, b) => order.compare(key.get(a), key.get(b)) * (down ? -1 : 1));
        body.append(...sorted);
      });
    });
  }

  const evidence = document.getElementById("evidence-find");
  if (evidence) {
    const status = document.getElementById("evidence-count");
    const sources = all(".source").map((source) => ({
      source,
      name: source.querySelector("h3").textContent.toLowerCase(),
      lines: all("li", source).map((line) => ({ line, words: line.textContent.toLowerCase(), texts: all("code", line) })),
    }));
    const total = sources.reduce((sum, one) => sum + one.lines.length, 0);
    const MARKED = 500; // lines whose hits are marked: more than a person looks at
    const plain = (code) => {
      if (code.querySelector("mark")) code.textContent = code.textContent;
    };
    const mark = (code, wanted) => {
      const text = code.textContent;
      const lower = text.toLowerCase();
      if (lower.length !== text.length || !lower.includes(wanted)) return;
      const parts = [];
      let at = 0;
      for (let hit = lower.indexOf(wanted); hit >= 0; hit = lower.indexOf(wanted, at)) {
        const found = document.createElement("mark");
        found.textContent = text.slice(hit, hit + wanted.length);
        parts.push(text.slice(at, hit), found);
        at = hit + wanted.length;
      }
      code.replaceChildren(...parts, text.slice(at));
    };
    let marked = [];
    const search = () => {
      const wanted = evidence.value.trim().toLowerCase();
      for (const code of marked) plain(code);
      marked = [];
      let shown = 0;
      for (const { source, name, lines } of sources) {
        const whole = name.includes(wanted);
        let here = 0;
        for (const { line, words, texts } of lines) {
          line.hidden = !whole && !words.includes(wanted);
          if (line.hidden) continue;
          here += 1;
          if (wanted && shown + here <= MARKED) {
            for (const code of texts) mark(code, wanted);
            marked.push(...texts);
          }
        }
        source.hidden = here === 0;
        shown += here;
      }
      const sentence = shown ? status.dataset.some : status.dataset.none;
      status.textContent = wanted ? sentence.replace("{shown}", shown).replace("{all}", total) : "";
    };
    let waiting = 0;
    evidence.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(search, 150);
    });
  }

  const reveal = () => {
    const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
      node.hidden = false; // a search may have hidden what a link leads to
    }
    if (target) target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();

  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const one of folded) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
    folded = [];
  });
})();
