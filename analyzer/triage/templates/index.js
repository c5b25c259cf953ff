// Filter and sort. Without it the page is complete: the tables are in the order that counts.
(() => {
  const table = document.getElementById("cases");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, words: row.textContent.toLowerCase(), state: row.dataset.state, fresh: row.dataset.fresh }));
  const find = document.getElementById("find");
  const state = document.getElementById("state");
  const fresh = document.getElementById("fresh");
  const count = document.getElementById("count");
  const apply = () => {
    const wanted = find.value.trim().toLowerCase();
    let shown = 0;
    for (const one of rows) {
      const on = (!wanted || one.words.includes(wanted)) && (!state.value || one.state === state.value) && (!fresh || !fresh.checked || one.fresh === "yes");
      one.row.hidden = !on;
      shown += on;
    }
    count.textContent = count.dataset.words.replace("{shown}", shown.toLocaleString("en")).replace("{all}", rows.length.toLocaleString("en"));
  };
  for (const field of [find, state, fresh]) if (field) field.addEventListener("input", apply);
  document.getElementById("filters").hidden = false;
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (one) => one.row.cells[column].dataset.sort ?? one.row.cells[column].textContent.trim().toLowerCase();
      rows.sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        const order = x !== "" && y !== "" && !isNaN(x) && !isNaN(y) ? x - y : x.localeCompare(y);
        return up ? order : -order;
      });
      body.append(...rows.map((one) => one.row));
    });
  });
  apply();
})();
