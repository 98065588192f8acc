// Keys of the workbench: j and k move through a list or through what is to be
// judged, 1 and 2 judge. The form works without any of this.
if (document.body.classList.contains("wb-staff")) {
  const rows = [...document.querySelectorAll("[data-wb-row]")];
  const lines = [...document.querySelectorAll("[data-wb-judge]")];
  const within = (line) => line.contains(document.activeElement);
  const move = (step) => {
    const list = rows.length ? rows : lines;
    if (!list.length) return;
    const now = list.findIndex(rows.length ? (row) => row === document.activeElement : within);
    const next = list[Math.min(Math.max(now + step, 0), list.length - 1)];
    (rows.length ? next : next.querySelector("input:checked") || next.querySelector("input")).focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const judge = (which) => {
    const line = lines.find(within);
    if (!line) return;
    const choice = line.querySelector(`[data-wb-${which}]`);
    choice.click();
    if (which === "right") move(1);
    else line.querySelector("select").focus();
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    1: () => judge("right"),
    2: () => judge("wrong"),
    "/": () => document.getElementById("q")?.focus(),
    "?": () => { location.href = "/desk/help/keys"; },
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    const act = keys[event.key.toLowerCase()];
    if (!act || typing || localStorage.getItem("wb-keys") === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });

  // A phrase goes into its box at once. Where it does not fit, or none is
  // chosen, the form is sent and the page comes back with what to do.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=insert]");
    if (!button) return;
    const box = button.form.elements[button.value];
    const select = button.form.elements[`phrase:${button.value}`];
    const chosen = select.selectedOptions[0];
    if (!chosen.value) return;
    const typed = box.value.trim();
    const text = typed ? typed + (box.matches("textarea") ? "\n" : "；") + chosen.text : chosen.text;
    if ([...text].length > box.maxLength) return;
    event.preventDefault();
    box.value = text;
    select.value = "";
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // One box ticks every case of the page, in the place of the link that does so
  // without scripts. It follows the boxes also where the browser has put ticks
  // back, which is after this has run.
  const link = document.querySelector("a[data-wb-all]");
  if (link) {
    const all = document.querySelector("input[data-wb-all]");
    const boxes = [...all.form.querySelectorAll("input[name=case]")];
    const follow = () => {
      const n = boxes.filter((box) => box.checked).length;
      all.checked = n === boxes.length;
      all.indeterminate = n > 0 && n < boxes.length;
    };
    link.hidden = true;
    all.closest("label").hidden = false;
    all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
    boxes.forEach((box) => box.addEventListener("change", follow));
    addEventListener("pageshow", follow);
    follow();
  }

  const off = document.querySelector("[data-wb-keys-off]");
  if (off) {
    off.checked = localStorage.getItem("wb-keys") === "off";
    off.closest("label").hidden = false;
    off.addEventListener("change", () => localStorage.setItem("wb-keys", off.checked ? "off" : "on"));
  }

  const progress = document.querySelector("[data-wb-judged]");
  if (progress) {
    document.addEventListener("change", () => {
      const n = document.querySelectorAll("[data-wb-judge] .wb-verdict:checked").length;
      const bad = document.querySelectorAll("[data-wb-judge] .wb-verdict-no:checked").length;
      progress.querySelector("progress").value = n;
      progress.querySelector("p").textContent = progress.dataset.wbWords
        .replace("{n}", n).replace("{of}", progress.dataset.wbJudged).replace("{bad}", bad);
    });
  }
}
