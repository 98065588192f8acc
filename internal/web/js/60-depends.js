// A field that another answer on the page brings up or takes away: the server
// knows the rule, so the page asks it for the fields as they are now.
for (const field of document.querySelectorAll("[data-wb-depends]")) {
  const form = field.closest("form");
  if (!form || form.dataset.wbWatched) continue;
  form.dataset.wbWatched = "true";
  let turn = 0;
  form.addEventListener("change", async (event) => {
    if (event.target.type !== "radio" && event.target.type !== "checkbox") return;
    const mine = ++turn;
    const data = new FormData(form);
    data.set("draw", "1");
    let fresh;
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body: data, headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return; // no connection, or the page is being left; sending the form asks for what is missing
    }
    if (mine !== turn) return; // an answer to what has been changed again
    for (const old of form.querySelectorAll("[data-wb-depends]")) {
      const now = fresh.querySelector(`[data-wb-field="${CSS.escape(old.dataset.wbField)}"]`);
      old.hidden = !now || now.hidden;
      if (!old.hidden && !old.innerHTML.trim()) old.replaceWith(now);
    }
  });
}
