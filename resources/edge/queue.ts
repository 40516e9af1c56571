// Signals as messages of a queue: `{type, workspace_id, payload}`, for pgmq in PostgreSQL.

import { encode, type Json, JsonObject } from "./json.ts";

/** Where messages go; it is done when all of them are kept. */
export type Enqueue = (messages: readonly JsonObject[]) => Promise<void>;

/** Return the message of one signal, or of the id of one that is gone. */
export function messageOf(type: Json, project: string, payload: Json): JsonObject {
  return new JsonObject([["type", type], ["workspace_id", project], ["payload", payload]]);
}

/** Return the statement that puts messages into a queue of pgmq, for any client. */
export function pgmqInsert(queue: string, messages: readonly JsonObject[]): { readonly text: string; readonly values: readonly [string, readonly string[]] } {
  return { text: "select * from pgmq.send_batch($1::text, $2::text[]::jsonb[])", values: [queue, messages.map(encode)] };
}

/** Return what sends messages through the REST address of the queue's schema. */
export function pgmqOverRest(address: string, key: string, queue: string, send: typeof fetch = fetch): Enqueue {
  return async (messages) => {
    const body = new JsonObject([["queue_name", queue], ["messages", [...messages]], ["sleep_seconds", 0n]]);
    const answer = await send(`${address.replace(/\/+$/, "")}/rest/v1/rpc/send_batch`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-profile": "pgmq_public", apikey: key, authorization: `Bearer ${key}` },
      body: encode(body),
    });
    if (!answer.ok) throw new Error(`The queue answered ${answer.status}.`);
  };
}
