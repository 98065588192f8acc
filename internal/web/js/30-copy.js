// Copy buttons appear only where copying works.
for (const button of document.querySelectorAll("[data-wb-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.wbCopy);
    button.querySelector("span").textContent = button.dataset.wbDone;
  });
}
