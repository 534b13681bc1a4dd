// A web server for one test: some texts and bytes by their path, and onnxruntime-web as npm installed it.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";

const runtime = new URL("../../node_modules/onnxruntime-web/dist/", import.meta.url);

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

export interface Served {
  /** Address without a slash at its end. */
  readonly address: string;
  close(): Promise<void>;
}

/** @param files what stands at each path ("/page.html") */
export async function serve(files: ReadonlyMap<string, string | Uint8Array>): Promise<Served> {
  const bodyOf = async (path: string): Promise<string | Uint8Array | undefined> =>
    path.startsWith("/onnxruntime-web/")
      ? readFile(fileURLToPath(new URL(basename(path), runtime))).catch(() => undefined)
      : files.get(path);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    void bodyOf(pathname).then((body) => {
      const type = types[extname(pathname)] ?? "application/octet-stream";
      response.writeHead(body === undefined ? 404 : 200, { "content-type": type }).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
