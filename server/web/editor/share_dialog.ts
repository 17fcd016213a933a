// The dialog with a link to the query and a citation.
import { language, translate } from "../page/messages";
import { find } from "./dialogs";

const SLOT = "-release-";

export class ShareDialog {
  private fragment = "";
  private release = "";
  private readonly link: HTMLInputElement;
  private readonly reference: HTMLTextAreaElement;
  private readonly pin: HTMLInputElement;
  private readonly statusLine: HTMLElement;

  constructor(
    private readonly dialog: HTMLDialogElement,
    private readonly bench: HTMLElement,
  ) {
    this.link = find(dialog, "#share-link");
    this.reference = find(dialog, "#share-reference");
    this.pin = find(dialog, "#share-pin");
    this.statusLine = find(dialog, "[role=status]");
    this.pin.addEventListener("change", () => this.write());
    find(dialog, "[data-do=copy-link]").addEventListener("click", () => void this.copy(this.link));
    find(dialog, "[data-do=copy-reference]").addEventListener("click", () => void this.copy(this.reference));
  }

  /** Show the link for a fragment, pinned to the release of the result, else of the page. */
  open(fragment: string, release?: string): void {
    this.fragment = fragment;
    this.release = release || (this.bench.dataset.release ?? "");
    this.statusLine.textContent = "";
    this.write();
    this.dialog.showModal();
    this.link.select();
  }

  private address(pinned: boolean): string {
    const { page = "", pinned: pinnedRelease = "" } = this.bench.dataset;
    return new URL(`${pinned ? pinnedRelease.replace(SLOT, this.release) : page}#${this.fragment}`, location.href).href;
  }

  private write(): void {
    this.link.value = this.address(this.pin.checked);
    const date = new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date());
    const graph = this.bench.dataset.graph ?? "";
    this.reference.value = translate("reference", { graph, release: this.release, link: this.address(true), date });
  }

  private async copy(field: HTMLInputElement | HTMLTextAreaElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(field.value);
      this.statusLine.textContent = translate("copied");
    } catch {
      // no clipboard, or no permission to write to it
      field.focus();
      field.select();
      this.statusLine.textContent = translate("notCopied");
    }
  }
}
