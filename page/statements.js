"use strict";
// The form of what a person states. Its fields are those of the published schema; what stands in them is the draft of the program.
const statementsForm = (schema, say, { again, save }) => {
  const get = (id) => document.getElementById(id);
  const make = (kind, values = {}, ...inside) => {
    const made = Object.assign(document.createElement(kind), values);
    made.append(...inside);
    return made;
  };
  const word = (kind, name, values = {}) => { // the page says it anew when another language is chosen
    const made = make(kind, { textContent: say(name, values) });
    Object.assign(made.dataset, { word: name, ...values });
    return made;
  };
  const properties = (list) => schema.properties[list].items.properties;
  const required = (list) => schema.properties[list].items.required;
  const LISTS = ["appliances", "files"]; // what is accepted is for triage: it is kept, and has no fields here
  let draft = null, counter = 0;

  const isList = (rule) => [rule.type].flat().includes("array");
  const field = (list, name, rule, value) => {
    let made;
    if (rule.enum) {
      made = make("select");
      const known = rule.enum.filter((one) => one !== null);
      if (known.length < rule.enum.length || !required(list).includes(name)) made.append(Object.assign(word("option", "not_stated"), { value: "" }));
      for (const one of known) made.append(new Option(one, one));
      made.value = value;
    } else if (isList(rule)) {
      made = make("textarea", { rows: 2, value: value.join("\n") });
    } else {
      made = make("input", { type: rule.format === "date" ? "date" : "text", maxLength: rule.maxLength ?? 253, value });
      if (name === "internal_ca_of" || name === "written_on") made.setAttribute("list", "stated-names");
    }
    made.dataset.field = name;
    made.required = required(list).includes(name);
    return made;
  };

  // One entry: its fields, each with its label, its question and room for its error.
  const entry = (list, values, isNew) => {
    const place = make("fieldset", { className: "entry" });
    const legend = make("legend");
    place.append(legend);
    place.dataset.list = list;
    let tick = null;
    if (list === "appliances" && !isNew) {
      tick = make("input", { type: "checkbox", checked: values.stated });
      tick.dataset.tick = "";
      legend.append(make("label", {}, tick, " ", word("span", "i_state", { name: values.label })));
    } else legend.append(word("span", list === "files" ? "a_file" : "an_appliance"));
    for (const text of values.contradictions ?? []) place.append(make("p", { textContent: text }));
    for (const [name, rule] of Object.entries(properties(list))) {
      const id = `stated-${++counter}`;
      const control = field(list, name, rule, values[name] ?? (isList(rule) ? [] : ""));
      control.id = id;
      const asked = values[`asks_${name}`];
      const error = make("span", { id: `${id}-error`, className: "error", hidden: true });
      const told = make("span", { id: `${id}-told`, textContent: asked ?? "", hidden: !asked });
      control.setAttribute("aria-describedby", `${told.id} ${error.id}`);
      place.append(make("p", {}, Object.assign(word("label", `field_${name}`), { htmlFor: id }), control, told, error));
    }
    if (!tick) {
      const remove = Object.assign(word("button", "remove"), { type: "button" });
      remove.addEventListener("click", () => {
        const before = place.previousElementSibling?.querySelector("input");
        place.remove();
        (before ?? get("add-appliance")).focus();
      });
      place.append(remove);
    }
    place.addEventListener("input", ({ target }) => { if (tick && target !== tick) tick.checked = true; });
    place.draft = values;
    return place;
  };
  const entries = (list) => Array.from(get("entries").querySelectorAll(`[data-list="${list}"]`));
  const isStated = (place) => place.querySelector("[data-tick]")?.checked ?? true;
  const nameOf = (place) => place.querySelector('[data-field="name"]').value.trim();
  const add = (list, values, isNew) => {
    const place = entry(list, values, isNew);
    const last = entries(list).at(-1);
    if (last) last.after(place);
    else if (list === "appliances") get("entries").prepend(place);
    else get("entries").append(place);
    return place;
  };

  // An error is told at the top, which is announced, and beside its field, which gets the focus.
  const refuse = (text, place = null) => {
    for (const one of get("entries").querySelectorAll("[aria-invalid]")) {
      one.removeAttribute("aria-invalid");
      get(`${one.id}-error`).hidden = true;
    }
    get("stated-problem").textContent = text;
    get("stated-problem").hidden = !text;
    if (!place) return;
    place.setAttribute("aria-invalid", "true");
    get(`${place.id}-error`).textContent = text;
    get(`${place.id}-error`).hidden = false;
    place.focus();
  };

  const valuesOf = (place) => {
    const values = { ...place.draft };
    for (const control of place.querySelectorAll("[data-field]")) {
      const lines = control.value.split("\n").map((line) => line.trim());
      values[control.dataset.field] = control.tagName === "TEXTAREA" ? lines.filter(Boolean) : control.value.trim();
    }
    return values;
  };
  // What is stated: the entries that are ticked, and what a file is said to be of.
  const stated = () => {
    const named = new Set(entries("files").flatMap((place) => [valuesOf(place).internal_ca_of, valuesOf(place).written_on]));
    named.delete("");
    for (const place of entries("appliances")) {
      const tick = place.querySelector("[data-tick]");
      if (tick && named.has(nameOf(place))) tick.checked = true;
    }
    return Object.fromEntries(LISTS.map((list) => [list, entries(list).filter(isStated)]));
  };
  const collected = async (write) => {
    refuse("");
    const places = stated();
    if (!LISTS.some((list) => places[list].length)) return refuse(say("state_first"));
    const values = { ...draft, ...Object.fromEntries(LISTS.map((list) => [list, places[list].map(valuesOf)])) };
    const answer = await write(JSON.stringify(values));
    if (answer.problem === undefined) return answer.text;
    const [list, number, name] = answer.field.split(".");
    return refuse(answer.problem, places[list]?.[number]?.querySelector(`[data-field="${name}"]`));
  };

  const names = () => get("stated-names").replaceChildren(...entries("appliances").map((place) => new Option(nameOf(place))));
  get("entries").addEventListener("change", names);
  get("add-appliance").addEventListener("click", () => add("appliances", { same_as: [] }, true).querySelector("[data-field]").focus());
  get("add-file").addEventListener("click", () => add("files", {}, true).querySelector("[data-field]").focus());
  const submitted = (handle) => async () => {
    const text = await collected(handle.write);
    if (text !== undefined) handle.take(text);
  };
  get("stated").addEventListener("submit", (event) => { event.preventDefault(); submitted(again)(); });
  get("save-stated").addEventListener("click", submitted(save));

  const shown = () => {
    get("questions-told").dataset.n = draft.questions.length;
    get("questions-told").textContent = say("questions", { n: draft.questions.length });
    get("questions").replaceChildren(...draft.questions.map((text) => make("li", { textContent: text })));
    get("questions-of").hidden = !draft.questions.length;
    get("entries").replaceChildren();
    for (const one of draft.appliances) add("appliances", one, false);
    for (const one of draft.files) add("files", one, true);
    names();
    refuse("");
  };
  return {
    fill: (text) => { draft = text ? JSON.parse(text) : null; get("statements").hidden = !draft; if (draft) shown(); },
  };
};
