// A second click while the first is on its way sends nothing. The server
// recognises repeats anyway; this only keeps people from wondering.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.wbSent) {
    event.preventDefault();
    return;
  }
  form.dataset.wbSent = "true";
  for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-wb-sent]")) {
    delete form.dataset.wbSent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});
