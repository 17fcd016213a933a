// Interactive charts. The server's drawing stays until a reader asks to explore it.
// No library is fetched before that, so a page costs readers of tables one kilobyte.

const button = "picture-explore";

for (const figure of document.querySelectorAll<HTMLElement>("figure[data-vega]")) {
  const explore = document.createElement("button");
  explore.type = "button";
  explore.className = `second ${button}`;
  explore.textContent = figure.dataset.explore ?? "Explore the picture";
  explore.addEventListener("click", () => void open(figure, explore), { once: true });
  figure.append(explore);
}

async function open(figure: HTMLElement, explore: HTMLButtonElement): Promise<void> {
  explore.disabled = true;
  try {
    const { draw } = await import("./chart/view");
    await draw(figure, address(figure));
    explore.remove();
  } catch {
    explore.textContent = figure.dataset.failed ?? "The picture cannot be explored now";
  }
}

/** Return the address of the chart specification, in the reader's theme and as wide as the drawing. */
function address(figure: HTMLElement): string {
  const url = new URL(figure.dataset.vega ?? "", location.href);
  if (matchMedia("(prefers-color-scheme: dark)").matches) url.searchParams.set("theme", "dark");
  if (figure.querySelector("img")?.currentSrc.includes("width=narrow")) url.searchParams.set("width", "narrow");
  return url.href;
}
