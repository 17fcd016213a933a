// The explorer: the page lists what its address asks to see, and this draws the same as a picture to walk in.
// The picture library is fetched after the page is there to be read.

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
