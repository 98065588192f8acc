for (const button of document.querySelectorAll("[data-wb-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
