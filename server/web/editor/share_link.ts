// A link that contains a query, so that the server stores nothing. The text is packed into the fragment, which
// browsers do not send. The shortest of three encodings is written; all three can always be read:
//   #e=<slug>.<hash>   an example, with a hash that shows whether it was revised since
//   #q=<...>           the text, deflated, in base64url
//   #t=<...>           the text, percent-encoded, where that is shorter

const LONGEST = 1_000_000;

export interface Example {
  readonly slug: string;
  readonly title: string;
  readonly text: string;
}

export type Shared =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "example"; readonly slug: string; readonly hash: string };

/** Return the fragment of a link to a query, without #. */
export async function fragmentOf(text: string, example?: Example): Promise<string> {
  if (example !== undefined && example.text === text) return `e=${example.slug}.${hashOf(text)}`;
  const plain = `t=${encodeURIComponent(text)}`;
  const packed = `q=${await pack(text)}`;
  return packed.length < plain.length ? packed : plain;
}

/** Read a fragment; undefined if it is not ours. Throws if it is damaged. */
export async function readFragment(fragment: string): Promise<Shared | undefined> {
  const [, key, value] = /^#?([eqt])=(.*)$/s.exec(fragment) ?? [];
  if (key === undefined || value === undefined) return undefined;
  // percent-encoding takes up to nine characters for one
  if (value.length > 9 * LONGEST) throw new Error("too long");
  if (key === "q") return { kind: "text", text: await unpack(value) };
  if (key === "t") return { kind: "text", text: decodeURIComponent(value) };
  const [, slug, hash] = /^([a-z0-9-]+)\.([a-z0-9]+)$/.exec(value) ?? [];
  if (slug === undefined || hash === undefined) throw new Error("no example");
  return { kind: "example", slug, hash };
}

/** FNV-1a, 32 bits: detects a revised text; it is no protection. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36);
}

async function pack(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function unpack(value: string): Promise<string> {
  const bytes = Uint8Array.from(atob(value.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  // inflate in chunks: a short link may contain a text that would fill the memory
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value as Uint8Array<ArrayBuffer>);
    length += part.value.length;
    if (length > LONGEST) throw new Error("too long");
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(await new Blob(parts).arrayBuffer());
}
