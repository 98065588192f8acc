// A field that another answer on the page brings up or takes away: the server
// knows the rule, so the page asks it for the fields as they are now.
for (const field of document.querySelectorAll("[data-wb-depends]")) {
  const form = field.closest("form");
  if (!form || form.dataset.wbWatched) continue;
  form.dataset.wbWatched = "true";
  form.addEventListener("change", async (event) => {
    if (event.target.type !== "radio" && event.target.type !== "checkbox") return;
    const data = new FormData(form);
    data.set("draw", "1");
    const answer = await fetch(form.action || location.href, { method: "POST", body: data, headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of form.querySelectorAll("[data-wb-depends]")) {
      const now = fresh.querySelector(`[data-wb-field="${CSS.escape(old.dataset.wbField)}"]`);
      old.hidden = !now || now.hidden;
      if (!old.hidden && !old.innerHTML.trim()) old.replaceWith(now);
    }
  });
}
