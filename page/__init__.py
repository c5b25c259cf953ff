"""The page that needs no Python: one HTML file that runs the whole program in a browser. ``make page`` builds it.

`inputs` fetches what goes into it (the Python of Pyodide, and wheels), each checked by its digest. `building` puts it together.
``shell.html``, ``shell.js``, ``statements.js`` and ``worker.js`` are the page, `in_worker` is the Python that its worker runs. docs/page.md
says how it is used and checked.
"""
