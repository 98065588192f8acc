// A catalogue looks things up while one types, and opens headings in place.
// The buttons do the same without any of this.
for (const box of document.querySelectorAll("[data-wb-catalogue]")) {
  const form = box.closest("form");
  const id = box.dataset.wbCatalogue;
  const list = box.querySelector("[data-wb-catalogue-list]");
  const query = box.querySelector("input[type=text]");
  let turn = 0;
  let waiting;
  const show = async (name, value) => {
    const mine = ++turn;
    const data = new FormData(form);
    data.set(name, value);
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "text/html" } });
      if (!answer.ok || mine !== turn) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(`[data-wb-catalogue="${CSS.escape(id)}"] [data-wb-catalogue-list]`);
      if (fresh) {
        // What has been ticked since the question was sent, the answer does not know.
        const asked = data.getAll(id);
        const changed = [...list.querySelectorAll("input")].filter((i) => i.name === id && i.checked !== asked.includes(i.value));
        list.innerHTML = fresh.innerHTML;
        for (const was of changed) {
          const now = [...list.querySelectorAll("input")].find((i) => i.name === id && i.value === was.value);
          if (now) now.checked = was.checked;
          else if (was.checked) list.prepend(was.closest("label"));
        }
      }
      if (name === `${id}.in`) query.value = "";
      form.elements[`${id}.sought`].value = query.value;
    } catch {
      // the button asks again
    }
  };
  query.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show(`${id}.find`, "1"), 250);
  });
  query.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    clearTimeout(waiting);
    show(`${id}.find`, "1");
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    show(button.name, button.value);
  });
}
