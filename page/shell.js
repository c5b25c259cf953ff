"use strict";
(() => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const get = (id) => document.getElementById(id);
  let words = facts.words.en;
  const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);

  // No policy stops a navigation of the page itself. Nothing here asks for one; where the browser tells of one, it is refused.
  window.navigation?.addEventListener("navigate", (event) => {
    if (event.cancelable && !event.hashChange && event.downloadRequest === null) event.preventDefault();
  });

  // Words
  const speak = (language) => {
    words = facts.words[language] ?? facts.words.en;
    document.documentElement.lang = language;
    for (const place of document.querySelectorAll("[data-word]")) place.textContent = say(place.dataset.word, place.dataset);
    get("version").textContent = say("version", facts);
    get("check").textContent = say("check", { digest: facts.program });
    get("licences").textContent = say("licences", { list: facts.licences.join("; ") });
    show();
  };
  const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`);
  const span = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

  // What was given: path -> File
  const given = new Map();
  const total = () => Array.from(given.values()).reduce((sum, file) => sum + file.size, 0);
  let edition = 0; // changes with what was given: what was read of another edition is not judged again
  const add = (path, file) => { edition++; given.set(path.replace(/^\/+/, ""), file); };
  const show = () => {
    get("chosen").hidden = given.size === 0;
    get("chosen").firstElementChild.textContent = say("chosen", { n: given.size, size: size(total()) });
    get("start").disabled = given.size === 0 || running;
    get("stated-name").textContent = stated ? say("stated_now", { name: stated.name }) : "";
    get("unstate").hidden = !stated;
  };

  // The file of statements: only what is chosen or dropped as one. In what is analyzed no file is taken for it.
  const LARGEST_STATED = 256 << 10;
  let stated = null;
  const state = async (file) => {
    take(file.name, new Uint8Array(await file.slice(0, LARGEST_STATED + 1).arrayBuffer()));
  };
  const take = (name, bytes) => {
    stated = { name, base64: btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join("")) };
    show();
  };
  get("case-file").addEventListener("change", async ({ target }) => {
    if (target.files.length) await state(target.files[0]);
    target.value = "";
  });
  get("unstate").addEventListener("click", () => { stated = null; show(); get("case-file").focus(); });
  for (const id of ["files", "folder"]) {
    get(id).addEventListener("change", ({ target }) => {
      for (const file of target.files) add(file.webkitRelativePath || file.name, file);
      target.value = "";
      show();
    });
  }
  const walk = async (entry, above) => {
    const path = above ? `${above}/${entry.name}` : entry.name;
    if (entry.isFile) return add(path, await new Promise((found, failed) => entry.file(found, failed)));
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((found, failed) => reader.readEntries(found, failed));
      if (!some.length) return undefined;
      for (const one of some) await walk(one, path);
    }
  };
  const over = (event) => { event.preventDefault(); get("drop").classList.add("over"); };
  addEventListener("dragover", over);
  addEventListener("dragleave", () => get("drop").classList.remove("over"));
  addEventListener("drop", async (event) => {
    event.preventDefault();
    get("drop").classList.remove("over");
    if (running) return;
    if (event.target.closest?.("#stated-file, #statements")) {
      const [file] = event.dataTransfer.files;
      if (file) await state(file);
      return;
    }
    const dropped = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
    try {
      for (const one of dropped) await (one instanceof File ? add(one.name, one) : walk(one, ""));
    } catch (error) {
      problem(String(error?.message ?? error));
    }
    show();
  });
  get("clear").addEventListener("click", () => { edition++; given.clear(); stated = null; show(); }); // statements are of one case

  // The worker
  let worker = null, ready = null, running = null;
  const part = (name) => {
    const text = atob(document.querySelector(`[data-part="${name}"]`).textContent);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes.buffer;
  };
  const start = () => {
    ready = new Promise((started, failed) => {
      try {
        for (const name of ["WebAssembly", "Worker", "DecompressionStream"]) {
          if (!(name in globalThis)) throw new Error(`${name}: not available`);
        }
        const address = URL.createObjectURL(new Blob([get("worker").textContent], { type: "text/javascript" }));
        worker = new Worker(address);
        worker.onerror = (event) => failed(new Error(event.message || "the worker did not start"));
        worker.onmessage = ({ data }) => {
          if (data.kind === "ready") started();
          else if (data.kind === "failed" && data.during === "begin") failed(new Error(data.text));
          else if (data.kind === "written" || data.during === "write") writing?.(data.result ?? { problem: data.text, field: "" });
          else heard(data);
        };
        const wheels = Array.from(document.querySelectorAll('[data-part^="wheel "]'), (one) => part(one.dataset.part));
        const message = { kind: "begin", runtime: part("runtime"), program: part("program"), wheels };
        worker.postMessage(message, [message.runtime, message.program, ...wheels]);
      } catch (error) {
        failed(error);
      }
    });
    ready.then(() => { document.body.dataset.state ||= "ready"; }, (error) => problem(say("no_start", { text: error.message.replace(/\.$/, "") })));
  };
  const stop = () => { worker?.terminate(); worker = null; };

  // A run
  const told = (text) => { get("told").textContent = text; };
  const problem = (text) => { get("problem").textContent = text; get("problem").hidden = !text; };
  const idle = () => {
    running = null;
    if (document.activeElement === get("cancel")) get("told").focus(); // a button that goes away takes the focus with it
    get("progress").hidden = get("cancel").hidden = true;
    show();
  };
  const heard = (data) => {
    if (!running) return;
    if (data.kind === "progress") {
      const passed = (performance.now() - running.began) / 1000;
      get("progress").value = data.bytes;
      const left = (passed / data.bytes) * Math.max(0, running.size - data.bytes);
      told(data.bytes >= running.size ? say("concluding") : say("reading", { done: size(data.bytes), size: size(running.size), left: span(left) }));
      return;
    }
    const seconds = ((performance.now() - running.began) / 1000).toFixed(1);
    idle();
    conclude(data, seconds);
    document.body.dataset.ended = ++ended; // after each run that ended by itself
  };
  const conclude = (data, seconds) => {
    if (data.kind === "failed") {
      stop();
      start();
      told("");
      const short = /memory|RangeError|allocation/i.test(data.text);
      problem(short ? say("memory") : say("failed", { text: data.text }));
      document.body.dataset.state = "failed";
      return;
    }
    outcome = data.result;
    if (outcome.problem !== undefined) {
      told("");
      problem(outcome.problem);
      document.body.dataset.state = "problem";
      return;
    }
    told(say("done", { seconds, headline: outcome.headline }));
    get("saves").hidden = false;
    get("save-plan").hidden = !outcome.plan;
    get("save-map").hidden = !outcome.map;
    const frame = document.createElement("iframe");
    frame.title = say("report");
    frame.setAttribute("sandbox", "allow-scripts"); // an origin of its own, no storage, no window, no navigation of this page
    frame.allow = "clipboard-write";
    frame.srcdoc = outcome.html;
    get("report").replaceChildren(frame);
    form.fill(outcome.draft);
    document.body.dataset.state = "done";
  };
  let outcome = null, ended = 0;
  const analyze = async (again) => {
    if (running || !given.size) return undefined;
    running = { began: performance.now(), size: total() };
    document.body.dataset.state = "running";
    outcome = null;
    problem("");
    get("report").replaceChildren();
    get("saves").hidden = true;
    if (!again) form.fill(null);
    get("progress").max = Math.max(1, running.size);
    get("progress").value = 0;
    get("progress").hidden = get("cancel").hidden = false;
    show();
    told(say("loading"));
    if (document.activeElement === document.body || document.activeElement.disabled) get("cancel").focus();
    const mine = running;
    try {
      await ready;
    } catch {
      return idle();
    }
    if (running !== mine) return undefined;
    running.began = performance.now();
    const files = Array.from(given, ([path, file]) => ({ path, file }));
    const options = {
      language: get("language").value, as_of: get("as-of").value, redact: get("redact").checked,
      case: edition, again, stated: stated?.name ?? "", statements: stated?.base64 ?? "",
    };
    worker.postMessage({ kind: "run", files, options });
  };
  get("asked").addEventListener("submit", (event) => { event.preventDefault(); analyze(false); });

  // Statements of the form: the program writes them as a file, which is stated or saved.
  let writing = null;
  const write = async (draft) => {
    await ready;
    return new Promise((written) => {
      writing = written;
      worker.postMessage({ kind: "write", draft, language: get("language").value });
    });
  };
  const form = statementsForm(facts.schema, say, {
    again: {
      write,
      take: (text) => { take("case.yaml", new TextEncoder().encode(text)); analyze(true); },
    },
    save: { write, take: (text) => save("case.yaml", "application/yaml", text) },
  });
  get("cancel").addEventListener("click", () => {
    stop();
    idle();
    start();
    told(say("cancelled"));
    document.body.dataset.state = "cancelled";
  });

  // Saving
  const save = (name, kind, content) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: kind }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  get("save-report").addEventListener("click", () => save("report.html", "text/html", outcome.html));
  get("save-json").addEventListener("click", () => save("result.json", "application/json", outcome.json));
  get("save-map").addEventListener("click", () => save("redaction-map.json", "application/json", outcome.map));
  get("save-plan").addEventListener("click", () => save("plan.zip", "application/zip", outcome.plan));

  get("language").addEventListener("change", ({ target }) => speak(target.value));
  const preferred = (navigator.languages ?? []).find((one) => facts.words[one.slice(0, 2)])?.slice(0, 2) ?? "en";
  get("language").value = preferred;
  speak(preferred);
  start();
})();
