// A static server on loopback: right MIME types, gzip, no caching. `node serve.mjs FOLDER [PORT]` prints the address.
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { basename, extname, join, normalize, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const types = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8", ".json": "application/json", ".wasm": "application/wasm", ".svg": "image/svg+xml",
  ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".ttf": "font/ttf", ".woff2": "font/woff2",
  ".csv": "text/csv; charset=utf-8", ".tsv": "text/tab-separated-values; charset=utf-8", ".txt": "text/plain; charset=utf-8",
  ".npy": "application/octet-stream", ".npz": "application/octet-stream", ".ico": "image/x-icon",
};
const packed = new Set([".png", ".jpg", ".jpeg", ".woff2", ".npz"]);

/**
 * Serves `folder` on 127.0.0.1. Resolves to { url, port, sent, close() }; `sent` is one { path, bytes, at } for each answer,
 * bytes being the length of the body as it went over the wire, `at` when it was asked for (Date.now()). Port 0 takes any free port.
 */
export async function serve(folder, port = 0) {
  const root = normalize(folder + sep);
  const sent = [];
  const cache = new Map();

  async function body(path) {
    const { mtimeMs } = await stat(path);
    const known = cache.get(path);
    if (known?.mtimeMs === mtimeMs) return known;
    const plain = await readFile(path);
    const entry = { mtimeMs, plain, gzip: packed.has(extname(path)) ? null : gzipSync(plain, { level: 9 }) };
    cache.set(path, entry);
    return entry;
  }

  const server = createServer(async (request, response) => {
    const at = Date.now(), url = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    let path = normalize(join(root, url));
    try {
      if (!path.startsWith(root)) throw new Error("outside the folder");
      if ((await stat(path)).isDirectory()) path = join(path, "index.html");
      const { plain, gzip } = await body(path);
      const zip = gzip && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
      const bytes = zip ? gzip : plain;
      response.writeHead(200, {
        "content-type": types[extname(path)] ?? "application/octet-stream",
        "content-length": bytes.length,
        "cache-control": "no-cache",
        ...(zip ? { "content-encoding": "gzip" } : {}),
      });
      response.end(request.method === "HEAD" ? undefined : bytes);
      sent.push({ path: url, bytes: bytes.length, at });
    } catch {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end(`There is no ${url} here.\n`);
    }
  });
  await new Promise((done, fail) => server.once("error", fail).listen(port, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    port: server.address().port,
    sent,
    close: () => new Promise((done) => { server.closeAllConnections?.(); server.close(done); }),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, wanted] = process.argv.slice(2);
  if (!folder) {
    console.error(`usage: node ${basename(process.argv[1])} FOLDER [PORT]`);
    process.exit(2);
  }
  let server;
  for (let port = Number(wanted ?? 8000); !server; ++port) {
    try {
      server = await serve(folder, port);
    } catch (error) {
      if (error.code === "EADDRINUSE" && !wanted) continue;
      console.error(error.code === "EADDRINUSE" ? `port ${port} is taken` : error.message);
      process.exit(1);
    }
  }
  console.log(server.url);
}
