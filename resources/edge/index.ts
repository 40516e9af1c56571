// Where Deno (and so a Supabase edge function) begins.

import { start } from "./start.ts";

declare const Deno: {
  readonly env: { get(name: string): string | undefined };
  serve(answer: (request: Request) => Promise<Response>): unknown;
};

Deno.serve(start((name) => Deno.env.get(name)));
