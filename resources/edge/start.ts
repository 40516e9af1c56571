// The function with what it needs from its surroundings. A bundle that is carried is
// verified before the first request, and it is what is mapped with.

import { openBundle, readTrust } from "./bundle.ts";
import { BUNDLE, CONNECTOR, DESCRIPTOR, RUNTIME, TRUST, UNCARRIED } from "./connector.ts";
import { createFunction } from "./function.ts";
import { decode, isObject, type JsonObject, Refused } from "./json.ts";
import { pgmqOverRest } from "./queue.ts";

/** Return the value of a setting, undefined where there is none. */
export type Setting = (name: string) => string | undefined;

const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

function whole(raw: Uint8Array): JsonObject {
  const found = decode(raw);
  if (!isObject(found)) throw new Refused("The descriptor is no object.");
  return found;
}

/** Return the connector's document: out of the bundle, once that was verified. */
export function documentOf(now: number): JsonObject {
  if (BUNDLE === "" || TRUST === "") return whole(bytes(DESCRIPTOR));
  const { files } = openBundle(bytes(BUNDLE), readTrust(bytes(TRUST)), now, RUNTIME);
  const found = files.get(`connectors/${CONNECTOR}.json`);
  if (found === undefined) throw new Refused(`The bundle holds no ${CONNECTOR}.`);
  return whole(found);
}

/** Return the function as its settings say. */
export function start(setting: Setting): (request: Request) => Promise<Response> {
  const [address, key] = [setting("SUPABASE_URL"), setting("SUPABASE_SERVICE_ROLE_KEY")];
  const queue = setting("FERRULE_QUEUE");
  const config = whole(new TextEncoder().encode(setting("FERRULE_CONFIG") ?? "{}"));
  return createFunction({
    document: documentOf(Date.now()),
    uncarried: UNCARRIED,
    project: setting("FERRULE_PROJECT") ?? "default",
    connection: setting("FERRULE_CONNECTION") ?? CONNECTOR,
    config,
    secrets: ["FERRULE_WEBHOOK_SECRET", "FERRULE_WEBHOOK_SECRET_BEFORE"].map(setting).filter((one): one is string => Boolean(one)),
    token: setting("FERRULE_TOKEN"),
    enqueue: queue && address && key ? pgmqOverRest(address, key, queue) : undefined,
  });
}
