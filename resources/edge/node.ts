// Where Node (20 or later) begins: the same function behind Node's own server.

import { createServer, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { start } from "./start.ts";

const answer = start((name) => process.env[name]);

function requestOf(message: IncomingMessage): Request {
  const headers = new Headers();
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    headers.append(message.rawHeaders[at] as string, message.rawHeaders[at + 1] as string);
  }
  const method = message.method ?? "GET";
  const address = new URL(message.url ?? "/", process.env["FERRULE_ADDRESS"] ?? `http://${message.headers.host ?? "localhost"}`);
  if (method === "GET" || method === "HEAD") return new Request(address, { method, headers });
  const body = Readable.toWeb(message) as ReadableStream<Uint8Array>;
  return new Request(address, { method, headers, body, duplex: "half" } as RequestInit);
}

const server = createServer((message, out) => {
  answer(requestOf(message)).then(
    async (found) => {
      out.writeHead(found.status, Object.fromEntries(found.headers));
      out.end(Buffer.from(await found.arrayBuffer()));
    },
    () => out.writeHead(400).end(),
  );
});
server.listen(Number(process.env["PORT"] ?? "8787"), process.env["HOST"] ?? "127.0.0.1", () => {
  const at = server.address();
  console.log(`listening on ${typeof at === "object" && at !== null ? at.port : at}`);
});
