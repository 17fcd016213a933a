// Start the explorer: draw what the page lists as a graph to navigate.
// The drawing library is fetched after the page can be read.

const explorer = document.querySelector<HTMLElement>(".explorer");

if (explorer !== null) {
  void import("./explore/explorer").then(({ start }) => start(explorer)).catch(() => {
    explorer.classList.add("failed");
    const message = document.createElement("p");
    message.className = "problem";
    message.textContent = explorer.dataset.failed ?? "";
    explorer.querySelector(".explorer-middle")?.before(message);
  });
}
