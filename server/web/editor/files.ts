// Queries and results as files.
import { translate } from "../page/messages";
import { Refused } from "./run";

const LARGEST = 1_000_000;
const QUERY_TYPE = "application/sparql-query";

/** Let the reader choose a file, and open it. */
export function openFile(opened: (text: string, title: string) => void, announce: (words: string) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".rq,.sparql,.txt";
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file !== undefined) void read(file, opened, announce);
  });
  input.click();
}

async function read(file: File, opened: (text: string, title: string) => void, announce: (words: string) => void): Promise<void> {
  const { name } = file;
  try {
    if (file.size > LARGEST) throw new Error("too large");
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    opened(text.replaceAll("\r\n", "\n"), name.replace(/\.\w+$/, ""));
    announce(translate("opened", { name }));
  } catch {
    announce(translate("notOpened", { name }));
  }
}

/** Save a query as a file. Returns the message for the status line. */
export function save(text: string, title: string): string {
  const name = `${fileName(title)}.rq`;
  leave(new Blob([text], { type: QUERY_TYPE }), name);
  return translate("saved", { name });
}

/** Request the result in a format and save it. Throws Refused. */
export async function download(endpoint: string, query: string, form: string, title: string): Promise<void> {
  const url = new URL(endpoint, location.href);
  url.searchParams.set("format", form);
  const began = performance.now();
  const response = await fetch(url, { method: "POST", headers: { "Content-Type": QUERY_TYPE, Accept: "*/*" }, body: query });
  if (!response.ok) throw new Refused(response.status, { detail: await response.text() }, (performance.now() - began) / 1000);
  leave(await response.blob(), `${fileName(title)}.${form}`);
}

function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "query";
}

function leave(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
