// The query as client code: the service generates it for the current data or for the release of the result.
import type { Answer } from "./answer";
import { check, choice, make } from "./elements";
import { store, recall } from "./preferences";
import { copying } from "./raw";
import { viewText } from "./messages";

interface CodeReply {
  release: string;
  current: Record<string, string>;
  pinned: Record<string, string>;
}

export async function showPrograms(details: HTMLElement, answer: Answer, root: string): Promise<void> {
  const place = make("div", {}, make("p", { class: "quiet", role: "status" }, viewText("loading")));
  details.append(place);
  try {
    const reply = await ask(answer, root);
    place.replaceChildren(...codeElements(reply));
  } catch (error) {
    place.replaceChildren(make("p", { class: "problem", role: "alert" }, viewText("failed", { why: String(error) })));
  }
}

/** Pinned to the release of the result. */
async function ask(answer: Answer, root: string): Promise<CodeReply> {
  const body = new URLSearchParams({ query: answer.query, release: answer.release });
  const response = await fetch(`${root}snippets`, { method: "POST", body });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as CodeReply;
}

function codeElements(reply: CodeReply): Node[] {
  const ways = Object.keys(reply.current);
  let way = recall("way", ways[0] ?? "");
  if (!ways.includes(way)) way = ways[0] ?? "";
  let pinned = recall("pinned", false);
  const code = make("code");
  const draw = (): void => {
    code.textContent = (pinned ? reply.pinned : reply.current)[way] ?? "";
  };
  const chosen = choice(viewText("program"), ways.map((name) => [name, name] as const), way, (value) => {
    way = value;
    store("way", way);
    draw();
  });
  draw();
  const keeping = check(viewText("keep-to", { release: reply.release }), pinned, (on) => {
    pinned = on;
    store("pinned", pinned);
    draw();
  });
  const text = make("pre", { tabindex: "0", role: "region", "aria-label": viewText("programs") }, code);
  return [make("div", { class: "toolbar" }, chosen, keeping), text, make("p", { class: "actions" }, copying(() => code.textContent ?? ""))];
}
