// The result of a query: a status line, the time, the views, or why there is no result and what to do.
import { language, translate } from "../page/messages";
import type { Answer } from "../views/answer";
import type { Views } from "../views/index";
import { changeInWords } from "./change_summary";
import { find } from "./dialogs";
import type { Refused } from "./run";

interface Addresses {
  readonly endpoint: string;
  readonly labels: string;
  readonly root: string;
}

/** A reason for an empty result, as the server reports it. */
interface Finding {
  readonly words: string;
  /** The same in the language of the page, where a translation exists. */
  readonly said?: string;
  readonly mended?: string;
}

export class ResultPanel {
  private readonly statusLine: HTMLElement;
  private readonly clock: HTMLElement;
  private readonly failed: HTMLElement;
  private readonly host: HTMLElement;
  private readonly release: HTMLElement;
  private views: Promise<Views> | undefined;
  private last: Answer | undefined;

  constructor(
    private readonly bench: HTMLElement,
    private readonly addresses: Addresses,
    private readonly use: (text: string) => void,
  ) {
    this.statusLine = find(bench, ".query-status");
    this.clock = find(bench, ".clock");
    this.failed = find(bench, ".failed");
    this.host = find(bench, ".editor-answer");
    this.release = find(bench, ".editor-release code");
  }

  /** Show a text in the status line, which screen readers announce. */
  announce(text: string): void {
    this.statusLine.textContent = text;
  }

  start(): void {
    this.announce(translate("running"));
    this.clock.textContent = "";
  }

  passed(seconds: number): void {
    this.clock.textContent = `${seconds.toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`;
  }

  /** Show the size of a result. Returns the message. */
  answered(answer: Answer, size: { many: number; yes?: boolean }): string {
    const graph = answer.kind === "CONSTRUCT" || answer.kind === "DESCRIBE";
    const [none, single, several] = graph ? ["noStatements", "oneStatement", "statements"] : ["noRows", "oneRow", "rows"];
    const key = size.yes !== undefined ? (size.yes ? "yes" : "no") : size.many === 0 ? none : size.many === 1 ? single : several;
    const seconds = answer.seconds.toLocaleString(language, { maximumSignificantDigits: 2 });
    const words = translate(key ?? "", { count: size.many.toLocaleString(language), seconds });
    this.ended(words);
    if (answer.release !== "") this.release.textContent = answer.release;
    return words;
  }

  /** Show a result; for an empty one, offer to find out why. */
  async view(answer: Answer, empty: boolean): Promise<void> {
    this.last = answer;
    if (empty) this.showEmpty(answer.query);
    else this.failed.hidden = true;
    try {
      this.views ??= import("../views/index").then((part) => new part.Views(this.host, this.addresses));
      const views = await this.views;
      if (empty) views.clear();
      else if (answer === this.last) views.show(answer);
      this.forgetGiven(); // remove it only now, so that the page does not jump
    } catch (error) {
      this.views = undefined;
      this.announce(translate("failedViews"));
      throw error;
    }
  }

  /** Show why there is no result; with a remedy if the query is not the cause. */
  refused(error: Refused, placed: boolean): void {
    const { detail = "", remedy = "", said: translated = {} } = error.problem;
    const why = translated.detail ?? detail;
    this.ended(why || advice(error));
    this.forgetGiven();
    this.last = undefined;
    void this.views?.then((views) => views.clear());
    const notes = why === "" ? [] : [paragraph(why, translated.detail === undefined ? "en" : language)];
    if (remedy !== "" && remedy !== detail) notes.push(paragraph(translated.remedy ?? remedy, translated.remedy === undefined ? "en" : language));
    if (advice(error) !== "") notes.push(paragraph(advice(error)));
    if (placed) this.failed.hidden = true;
    else this.fill(notes);
    if (!placed) this.announce("");
    this.failed.setAttribute("role", placed ? "presentation" : "alert");
  }

  gaveUp(words: string): void {
    this.blank();
    this.announce(words);
  }

  /** Clear the panel: the current query has no result yet. */
  blank(): void {
    this.last = undefined;
    this.ended("");
    this.failed.hidden = true;
    this.forgetGiven();
    void this.views?.then((views) => views.clear());
  }

  private ended(words: string): void {
    this.announce(words);
    this.clock.textContent = "";
  }

  private showEmpty(query: string): void {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.textContent = translate("whyEmpty");
    button.addEventListener("click", () => void this.explain(query, button));
    this.fill([paragraph(translate("nothingFits")), button], true);
  }

  private async explain(query: string, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    const url = new URL(this.addresses.endpoint, location.href);
    url.searchParams.set("explain", "empty");
    url.searchParams.set("lang", language);
    const headers = { "Content-Type": "application/sparql-query", Accept: "application/json" };
    try {
      const response = await fetch(url, { method: "POST", headers, body: query });
      if (!response.ok) throw new Error(String(response.status));
      const { findings } = (await response.json()) as { findings: readonly Finding[] };
      this.fill(findings.length === 0 ? [paragraph(translate("nothingMisspelt"))] : findings.flatMap((finding) => this.found(finding, query)), true);
    } catch {
      this.fill([paragraph(translate("away"))]);
    }
  }

  private found(finding: Finding, queryText: string): Node[] {
    const words = finding.said ? paragraph(finding.said) : paragraph(finding.words, "en");
    if (!finding.mended) return [words];
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = changeInWords(queryText, finding.mended);
    button.addEventListener("click", () => {
      this.failed.hidden = true;
      this.use(finding.mended ?? "");
    });
    return [words, button];
  }

  private fill(parts: Node[], quietly = false): void {
    this.failed.replaceChildren(...parts);
    this.failed.classList.toggle("quietly", quietly);
    this.failed.hidden = false;
  }

  /** Remove the server-rendered result, which is out of date now. */
  private forgetGiven(): void {
    document.querySelector(".server-result")?.remove();
  }
}

/** Return the remedy for a refusal that the query did not cause. */
export function advice(error: Refused): string {
  const kind = error.problem.type?.split("/").at(-1) ?? "";
  const keys: Record<string, string> = { QuestionTooLong: "heavy", QuestionTooHeavy: "heavy", AnswerTooLarge: "large", ClientBusy: "yours", EngineBusy: "busy", EngineLost: "busy" };
  const key = keys[kind] ?? ({ 0: "away", 429: "yours", 502: "busy", 503: "busy", 504: "heavy" } as Record<number, string>)[error.status];
  return key === undefined ? "" : translate(key);
}

function paragraph(text: string | undefined, spoken = ""): HTMLParagraphElement {
  const element = document.createElement("p");
  if (spoken !== "") element.lang = spoken;
  element.textContent = text ?? "";
  return element;
}
