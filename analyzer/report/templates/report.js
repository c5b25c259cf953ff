"use strict";
// Everything works without this script. It adds copy buttons, marks for done steps, the picker of a device, search, sorting, the lines of
// evidence beside a citation, and opens the section that a link leads to.
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const told = document.body.dataset; // what this script says, in the language of the report
  const make = (tag, text, kind) => {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };
  const say = document.getElementById("say"); // read aloud by a screen reader
  const press = (text, act, kind) => {
    const button = make("button", text, kind);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  };

  // Copying
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const copy = async (text, node) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // a page opened from a file may have no clipboard: the older way, and failing that the text stays selected
      const area = node ?? document.body.appendChild(make("pre", text));
      select(area);
      const done = document.execCommand("copy");
      if (!node) area.remove();
      return done;
    }
  };
  const answer = (button, done, back) => {
    button.textContent = done ? told.copied : told.selected;
    say.textContent = `${button.getAttribute("aria-label") ?? back}: ${button.textContent}`;
    setTimeout(() => { button.textContent = back; }, 2000);
  };
  const copyable = (place) => {
    const button = press(told.copy, async () => {
      const code = place.querySelector("code");
      answer(button, await copy(code.textContent, code), told.copy);
    }, "copy");
    button.setAttribute("aria-label", `${told.copy}: ${place.querySelector("pre").getAttribute("aria-label")}`);
    place.append(button);
  };
  // In a report on a thousand devices the buttons are made where somebody opens a section.
  for (const place of all(".copyable")) if (!place.closest("details:not([open])")) copyable(place);
  document.addEventListener("toggle", (event) => {
    for (const place of all(".copyable", event.target)) if (!place.querySelector(".copy")) copyable(place);
  }, true);
  for (const hidden of all(".filter, .buttons, .jump, .picker")) hidden.hidden = false;

  // Marks of done steps, kept on this computer under the digest of the result; not kept where there is no place for it
  const KEY = `sftunnel-analyzer ${told.digest}`;
  const done = new Set();
  try {
    for (const one of JSON.parse(localStorage.getItem(KEY) ?? "[]")) done.add(String(one));
  } catch { /* no storage, or not ours: the marks last as long as the page */ }
  const keep = () => {
    try {
      localStorage.setItem(KEY, JSON.stringify([...done]));
    } catch { /* as above */ }
  };
  const progress = document.getElementById("progress");
  const parts = all(".chapter").map((part) => ({
    part,
    rows: all(".members tbody tr", part),
    steps: all(".step", part),
    present: part.id,
  }));
  const mark = (one, step) => `${one.present} ${step.dataset.key}`;
  const count = () => {
    let number = 0;
    let total = 0;
    for (const one of parts) {
      const present = one.rows.length ? one.rows.map((row) => row.id) : [one.part.id];
      for (const step of one.steps) {
        if (step.dataset.key.startsWith("m")) continue; // the way behind the way is not counted
        total += present.length;
        for (const id of present) if (done.has(`${id} ${step.dataset.key}`)) number += 1;
      }
    }
    progress.hidden = total === 0;
    progress.textContent = progress.dataset.done.replace("{done}", number).replace("{all}", total);
  };
  const draw = (one) => {
    for (const step of one.steps) {
      const checked = done.has(mark(one, step));
      step.classList.toggle("done", checked);
      step.querySelector(".tick input").checked = checked;
    }
  };
  for (const one of parts) {
    for (const step of one.steps) {
      const label = make("label", "", "tick");
      const box = make("input");
      box.type = "checkbox";
      box.setAttribute("aria-label", `${told.done}: ${step.querySelector(".number").textContent}`);
      box.addEventListener("change", () => {
        if (box.checked) done.add(mark(one, step));
        else done.delete(mark(one, step));
        keep();
        draw(one);
        count();
      });
      label.title = told.done;
      label.append(box);
      step.querySelector(".step-head").prepend(label);
    }
  }

  // The device that a part is shown for
  const pick = (one, row) => {
    one.present = row.id;
    const value = (slot) => row.querySelector(`[data-slot="${slot}"]`).textContent;
    for (const place of all("[data-slot]", one.part)) {
      if (!place.closest("tbody")) place.textContent = value(place.dataset.slot);
    }
    one.part.querySelector(".present").textContent = value("name");
    one.part.querySelector(".pick").value = row.id;
    one.part.querySelector(".about").setAttribute("href", `#about-${row.id}`);
    draw(one);
  };
  const partOf = new Map();
  for (const one of parts) {
    if (!one.rows.length) {
      draw(one);
      continue;
    }
    one.part.querySelector(".members").open = false;
    const choice = one.part.querySelector(".pick");
    for (const row of one.rows) {
      const option = make("option", row.querySelector("th").textContent);
      option.value = row.id;
      choice.append(option);
      partOf.set(row.id, [one, row]);
    }
    choice.addEventListener("change", () => pick(one, document.getElementById(choice.value)));
    pick(one, one.rows[0]);
  }
  if (progress) count();

  // A part as text: for a note or a ticket. "$ " stands before each command, so that a text that is pasted whole into a shell runs nothing.
  const asText = (part) => {
    const lines = [part.querySelector("h3").textContent.trim()];
    for (const step of all(".step", part)) {
      const chips = all(".step-head .chip", step).map((chip) => ` [${chip.textContent.replace(/\s+/g, " ").trim()}]`).join("");
      lines.push("", step.querySelector("h4, h5").textContent.replace(/\s+/g, " ").trim() + chips);
      const where = step.querySelector(".where");
      if (where) lines.push(`  ${where.textContent.replace(/\s+/g, " ").trim()}`);
      for (const before of all(".before", step)) lines.push(`  ${before.textContent.replace(/\s+/g, " ").trim()}`);
      for (const block of all(".file code, .commands:not(.undo) code, .commands .after", step)) {
        if (block.matches(".after")) lines.push(`      ${block.textContent.replace(/\s+/g, " ").trim()}`);
        else for (const line of block.textContent.split("\n")) lines.push(`    ${block.closest(".file") ? "" : "$ "}${line}`);
      }
      for (const undo of all(".undo code", step)) for (const line of undo.textContent.split("\n")) lines.push(`    ${told.undo} $ ${line}`);
      for (const note of all(".notes > p", step)) lines.push(`  ${note.textContent.replace(/\s+/g, " ").trim()}`);
    }
    return lines.join("\n") + "\n";
  };
  for (const button of all(".copy-part")) {
    const name = button.textContent;
    button.addEventListener("click", async () => answer(button, await copy(asText(button.closest(".chapter"))), name));
  }

  // Saving: the plan as text, and the table of appliances as the program made it
  const save = (text, name, type) => {
    const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    const link = make("a");
    link.href = address;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
  const MOST_COPIES = 50; // devices of a part that each get their steps in full; of more, the values stand in a list above the steps
  const SLOTS = { name: "DEVICE", address: "ADDRESS-OF-DEVICE", uuid: "UUID-OF-DEVICE" };
  const withValues = (one) => {
    if (!one.rows.length) return asText(one.part);
    const present = document.getElementById(one.present);
    const texts = [];
    if (one.rows.length <= MOST_COPIES) {
      for (const row of one.rows) {
        pick(one, row);
        texts.push(asText(one.part));
      }
    } else {
      const value = (row, slot) => row.querySelector(`[data-slot="${slot}"]`).textContent;
      texts.push(one.rows.map((row) => Object.keys(SLOTS).map((slot) => `${SLOTS[slot]} ${value(row, slot)}`).join("  ")).join("\n") + "\n");
      for (const place of all("[data-slot]", one.part)) if (!place.closest("tbody")) place.textContent = SLOTS[place.dataset.slot];
      one.part.querySelector(".present").textContent = "";
      texts.push(asText(one.part));
    }
    pick(one, present);
    return texts.join("\n");
  };
  if (window !== window.top) for (const one of all("[data-save]")) one.remove(); // the frame of the page that runs in a browser allows no download
  for (const button of all("[data-save]")) {
    button.addEventListener("click", () => {
      if (button.dataset.save === "fleet") {
        save(document.getElementById("fleet-csv").textContent, `${told.file}.csv`, "text/csv");
        return;
      }
      const head = [document.title, document.querySelector("h1").textContent.trim()];
      for (const one of all(".do-not li")) head.push(`✖ ${one.textContent.trim()}`);
      save([head.join("\n") + "\n", ...parts.map(withValues)].join("\n"), `${told.file}.txt`, "text/plain");
    });
  }

  const ticket = document.getElementById("copy-ticket");
  const ticketWords = ticket.textContent;
  ticket.addEventListener("click", async () => answer(ticket, await copy(document.querySelector("#ticket code").textContent), ticketWords));

  // The fleet
  const table = document.getElementById("fleet-table");
  if (table && document.getElementById("fleet-find")) {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    const words = rows.map((row) => row.textContent.toLowerCase());
    const find = document.getElementById("fleet-find");
    const situation = document.getElementById("fleet-situation");
    const needs = document.getElementById("fleet-needs");
    const present = new Set(rows.map((row) => row.dataset.situation));
    for (const option of all("option", situation)) if (option.value && !present.has(option.value)) option.remove();
    const counted = document.getElementById("fleet-count");
    const AT_ONCE = 150; // rows that are shown at once: what a person sees first; the rest follows in slices
    let round = 0;
    const apply = () => {
      const wanted = find.value.trim().toLowerCase();
      const mine = ++round;
      const fits = rows.filter((row, place) => words[place].includes(wanted)
        && (situation.value === "" || row.dataset.situation === situation.value)
        && (!needs.checked || row.dataset.needs !== undefined));
      const shown = new Set(fits);
      for (const row of rows) if (!row.hidden && !shown.has(row)) row.hidden = true;
      const show = (from) => {
        if (mine !== round) return;
        for (const row of fits.slice(from, from + AT_ONCE)) row.hidden = false;
        if (from + AT_ONCE < fits.length) setTimeout(show, 0, from + AT_ONCE);
      };
      show(0);
      table.tHead.hidden = fits.length === 0;
      counted.textContent = counted.dataset.shown.replace("{shown}", fits.length).replace("{all}", rows.length);
    };
    const remember = () => {
      const state = new URLSearchParams();
      if (find.value) state.set("find", find.value);
      if (situation.value) state.set("situation", situation.value);
      if (needs.checked) state.set("needs", "1");
      const text = state.toString();
      history.replaceState(null, "", text ? `#fleet?${text}` : "#fleet");
      apply();
    };
    const [place, asked] = location.hash.split("?");
    if (place === "#fleet" && asked) {
      const state = new URLSearchParams(asked);
      find.value = state.get("find") ?? "";
      situation.value = present.has(state.get("situation")) ? state.get("situation") : "";
      needs.checked = state.has("needs");
      apply();
    }
    find.addEventListener("input", remember);
    situation.addEventListener("change", remember);
    needs.addEventListener("change", remember);
    const heads = Array.from(table.tHead.rows[0].cells);
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
    heads.forEach((head, column) => {
      const button = press(head.textContent, () => {
        const before = head.getAttribute("aria-sort");
        for (const other of heads) other.removeAttribute("aria-sort");
        if (before === "descending") {
          body.append(...rows); // the third time gives back the order of urgency
          return;
        }
        const down = before === "ascending";
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = new Map(rows.map((row) => [row, row.cells[column].dataset.order ?? row.cells[column].textContent.trim()]));
        body.append(...[...rows].sort((a, b) => order.compare(key.get(a), key.get(b)) * (down ? -1 : 1)));
      });
      head.replaceChildren(button);
    });
  }

  // To an appliance by its name, from anywhere
  const jump = document.getElementById("jump");
  if (jump) {
    const list = document.getElementById("appliances");
    const targets = new Map();
    for (const link of all("#fleet tbody th a")) {
      targets.set(link.textContent.toLowerCase(), link.getAttribute("href"));
      const option = make("option");
      option.value = link.textContent;
      list.append(option);
    }
    const go = () => {
      const wanted = jump.value.trim().toLowerCase();
      if (!wanted) return;
      const found = targets.get(wanted) ?? [...targets].find(([name]) => name.includes(wanted))?.[1];
      if (found) location.hash = found;
    };
    jump.addEventListener("change", go);
    jump.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
  }

  // Search in the evidence
  const evidence = document.getElementById("evidence-find");
  if (evidence) {
    const status = document.getElementById("evidence-count");
    const MARKED = 500; // lines whose hits are marked: more than a person looks at
    let sources = null; // read when somebody searches first: in a large report it is most of the file
    const read = () => all(".source").map((source) => ({
      source,
      name: source.querySelector("summary").textContent.toLowerCase(),
      lines: all("li", source).map((line) => ({ line, words: line.textContent.toLowerCase(), texts: all("code", line) })),
    }));
    const plain = (code) => {
      if (code.querySelector("mark")) code.textContent = code.textContent;
    };
    const highlight = (code, wanted) => {
      const text = code.textContent;
      const lower = text.toLowerCase();
      if (lower.length !== text.length || !lower.includes(wanted)) return;
      const pieces = [];
      let at = 0;
      for (let hit = lower.indexOf(wanted); hit >= 0; hit = lower.indexOf(wanted, at)) {
        pieces.push(text.slice(at, hit), make("mark", text.slice(hit, hit + wanted.length)));
        at = hit + wanted.length;
      }
      code.replaceChildren(...pieces, text.slice(at));
    };
    let marked = [];
    const search = () => {
      sources ??= read();
      const total = sources.reduce((sum, one) => sum + one.lines.length, 0);
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
            for (const code of texts) highlight(code, wanted);
            marked.push(...texts);
          }
        }
        source.hidden = here === 0;
        source.open = wanted !== "" && here > 0;
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

  // A citation shows its line on the spot
  const peek = document.getElementById("peek");
  if (peek && peek.showPopover) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#e-"]');
      if (!link || peek.contains(link) || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const line = document.getElementById(link.getAttribute("href").slice(1));
      if (!line) return;
      event.preventDefault();
      const shown = make("div", "", "lines");
      for (const node of line.childNodes) shown.append(node.cloneNode(true));
      const show = make("a", told.shownInList);
      show.href = link.getAttribute("href");
      show.addEventListener("click", () => peek.hidePopover());
      const head = make("p", line.closest(".source").querySelector("summary code").textContent, "name");
      peek.replaceChildren(head, shown, show);
      if (peek.matches(":popover-open")) peek.hidePopover();
      peek.showPopover({ source: link });
      const at = link.getBoundingClientRect();
      const room = document.documentElement.clientWidth;
      peek.style.left = `${Math.max(8, Math.min(at.left, room - peek.offsetWidth - 8))}px`;
      const below = at.bottom + 6 + peek.offsetHeight < window.innerHeight;
      const top = below ? at.bottom + 6 : at.top - 6 - peek.offsetHeight;
      peek.style.top = `${Math.max(8, Math.min(top, window.innerHeight - peek.offsetHeight - 8))}px`;
      show.focus({ preventScroll: true });
    });
  }

  // Where a link leads
  const reveal = () => {
    const id = location.hash.slice(1).split("?")[0];
    const target = id ? document.getElementById(id) : null;
    if (!target) return;
    const picked = partOf.get(id);
    if (picked) {
      const [one, row] = picked;
      pick(one, row);
      one.part.scrollIntoView();
      one.part.querySelector(".pick").focus({ preventScroll: true });
      return;
    }
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
      node.hidden = false; // a search may have hidden what a link leads to
    }
    target.scrollIntoView();
    if (target.tagName === "DETAILS") target.querySelector("summary").focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && !event.defaultPrevented && link.getAttribute("href") === location.hash) reveal(); // the same place once more
  });
  reveal();

  // Print: the plan, everything, or one part, by its button. Ctrl-P prints the plan; the page says so.
  let folded = [];
  let mode = "plan";
  for (const button of all("[data-print]")) {
    button.addEventListener("click", () => {
      mode = button.dataset.print;
      button.closest(".chapter")?.classList.add("alone-in-print");
      window.print();
    });
  }
  window.addEventListener("beforeprint", () => {
    document.body.classList.add(`print-${mode}`);
    if (mode !== "all") return;
    folded = all("details:not([open])");
    for (const one of folded) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove(`print-${mode}`);
    for (const one of all(".alone-in-print")) one.classList.remove("alone-in-print");
    for (const one of folded) one.open = false;
    folded = [];
    mode = "plan";
  });
})();
