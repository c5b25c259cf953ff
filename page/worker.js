"use strict";
// Runs Python. Everything it needs is handed to it: it asks no address for anything, and the policy of the page would not let it.
const INSIDE = "https://inside.invalid/"; // a name for what is in the page; no request ever leaves for it
let run = null, write = null;

const gunzip = async (packed) =>
  new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());

const untar = (bytes) => {
  const text = new TextDecoder();
  const word = (at, size) => text.decode(bytes.subarray(at, at + size)).replace(/\0.*$/s, "");
  const files = new Map();
  for (let at = 0; at + 512 <= bytes.length && bytes[at]; ) {
    const size = parseInt(word(at + 124, 12).trim(), 8);
    files.set(word(at, 100).replace(/^package\//, ""), bytes.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
};

const SMALLEST = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]); // a module of WebAssembly that holds nothing

const begin = async ({ runtime, program, wheels }) => {
  await WebAssembly.compile(SMALLEST); // where it is forbidden this says so; Python would wait for ever
  const files = untar(await gunzip(runtime));
  self.fetch = async (asked) => {
    const name = String(asked.url ?? asked).replace(INSIDE, "");
    if (!files.has(name)) throw new TypeError(`nothing is fetched here: ${name}`);
    const kind = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(files.get(name), { headers: { "content-type": kind } });
  };
  const module = (name) => import(URL.createObjectURL(new Blob([files.get(name)], { type: "text/javascript" })));
  const { loadPyodide } = await module("pyodide.mjs");
  const { default: createPyodideModule } = await module("pyodide.asm.mjs");
  const lock = JSON.parse(new TextDecoder().decode(files.get("pyodide-lock.json")));
  const python = await loadPyodide({
    indexURL: INSIDE,
    packageBaseUrl: INSIDE,
    lockFileContents: JSON.stringify({ ...lock, packages: {} }),
    createPyodideModule,
    env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1" },
    stdout: () => {},
    stderr: (line) => console.warn(line),
  });
  const site = python.runPython("import site; site.getsitepackages()[0]");
  for (const packed of [...wheels, program]) python.unpackArchive(packed, "zip", { extractDir: site });
  python.runPython("import importlib; importlib.invalidate_caches()");
  const session = python.pyimport("in_worker").Session();
  const plain = (answer) => {
    const told = answer.toJs({ dict_converter: Object.fromEntries });
    answer.destroy();
    return told;
  };
  write = ({ draft, language }) => plain(session.written(draft, language));
  run = ({ files: given, options }) => {
    const { FS } = python;
    const place = "/case";
    FS.mkdirTree(place);
    // The file system of a worker reads a file in slices, when Python asks for them: never the whole of it.
    const seen = given.map(({ path, file }) => ({
      name: path,
      size: file.size,
      lastModified: new Date(file.lastModified),
      lastModifiedDate: new Date(file.lastModified),
      slice: (from, to) => file.slice(from, to),
    }));
    FS.mount(FS.filesystems.WORKERFS, { files: seen }, place);
    try {
      let bytes = 0, last = 0;
      const progress = (more) => {
        bytes += more;
        if (performance.now() - last < 100) return;
        last = performance.now();
        self.postMessage({ kind: "progress", bytes });
      };
      return plain(session.run(JSON.stringify(options), progress));
    } finally {
      FS.unmount(place);
    }
  };
  return { kind: "ready", memory: python._module.HEAP8.length };
};

self.onmessage = async ({ data }) => {
  try {
    if (data.kind === "begin") self.postMessage(await begin(data));
    else if (data.kind === "write") self.postMessage({ kind: "written", result: write(data) });
    else {
      const result = run(data);
      self.postMessage({ kind: "done", result });
    }
  } catch (error) {
    self.postMessage({ kind: "failed", during: data.kind, text: String(error?.message ?? error) });
  }
};
