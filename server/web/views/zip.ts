// A ZIP file (APPNOTE 6.3.3) of a few texts, compressed by the browser; all as of the first day that ZIP knows.

interface Packed {
  name: Uint8Array<ArrayBuffer>;
  body: Uint8Array<ArrayBuffer>;
  size: number;
  sum: number;
  offset: number;
}

const DEFLATED = 8;
const UTF8 = 0x0800;
const FIRST_DAY = 0x0021;
const VERSION = 20;
const encoder = new TextEncoder();

export async function zip(files: readonly { name: string; text: string }[], type: string): Promise<Blob> {
  const parts: BlobPart[] = [];
  const packed: Packed[] = [];
  let offset = 0;
  for (const file of files) {
    const bytes = encoder.encode(file.text);
    const one: Packed = { name: encoder.encode(file.name), body: await deflated(bytes), size: bytes.length, sum: checksum(bytes), offset };
    const header = record(0x04034b50, [[2, VERSION], ...shared(one)]);
    parts.push(header, one.name, one.body);
    offset += header.length + one.name.length + one.body.length;
    packed.push(one);
  }
  const start = offset;
  for (const one of packed) {
    const header = record(0x02014b50, [[2, VERSION], [2, VERSION], ...shared(one), [2, 0], [2, 0], [2, 0], [4, 0], [4, one.offset]]);
    parts.push(header, one.name);
    offset += header.length + one.name.length;
  }
  const count = packed.length;
  parts.push(record(0x06054b50, [[2, 0], [2, 0], [2, count], [2, count], [4, offset - start], [4, start], [2, 0]]));
  return new Blob(parts, { type });
}

type Field = readonly [bytes: 2 | 4, value: number];

/** What the header of a file and its entry in the directory have in common. */
function shared(one: Packed): Field[] {
  const sizes: Field[] = [[4, one.sum], [4, one.body.length], [4, one.size]];
  return [[2, UTF8], [2, DEFLATED], [2, 0], [2, FIRST_DAY], ...sizes, [2, one.name.length], [2, 0]];
}

function record(signature: number, fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 4)));
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

let sums: Uint32Array | undefined;

/** CRC-32, by a table that is made when first needed. */
function checksum(bytes: Uint8Array): number {
  sums ??= Uint32Array.from({ length: 256 }, (_, start) => {
    let sum = start;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
    return sum;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sums[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}
