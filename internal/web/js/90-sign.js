// The signature pad. Its picture goes into a hidden field; who cannot draw
// types the name instead. The strokes are kept in the tab, so that turning the
// phone or a page that comes back with a question loses none of them.
const pad = document.querySelector("[data-wb-pad]");
const memory = {
  load() {
    try { return JSON.parse(sessionStorage.getItem("wb-pad")); } catch { return null; }
  },
  save(drawing) {
    try { sessionStorage.setItem("wb-pad", JSON.stringify(drawing)); } catch { /* kept on the page only */ }
  },
  forget() {
    try { sessionStorage.removeItem("wb-pad"); } catch { /* nothing was kept */ }
  },
};
if (!pad) memory.forget();
if (pad) import(pad.dataset.wbPad).then(({ default: SignaturePad }) => {
  const canvas = pad.querySelector("canvas");
  const out = document.querySelector("[data-wb-drawing]");
  const typed = document.querySelector("[data-wb-typed]");
  const name = typed.querySelector("input");
  pad.hidden = false;
  typed.open = name.value !== "" || name.getAttribute("aria-invalid") === "true";

  const strokes = new SignaturePad(canvas, { penColor: "#101820", minWidth: 1.2, maxWidth: 3.2 });
  // What is drawn, with the size of the canvas it was drawn on: a narrower
  // canvas shows it smaller, and the wider one afterwards as it was.
  let drawn = { width: 0, height: 0, strokes: [] };
  const path = location.pathname.split("/")[2];
  const kept = memory.load();
  if (kept && kept.path === path) drawn = kept.drawn;

  const shrink = () => (drawn.width ? Math.min(1, canvas.offsetWidth / drawn.width, canvas.offsetHeight / drawn.height) : 1);
  const scaled = (list, by) => list.map((stroke) => ({
    ...stroke, minWidth: stroke.minWidth * by, maxWidth: stroke.maxWidth * by,
    points: stroke.points.map((point) => ({ ...point, x: point.x * by, y: point.y * by })),
  }));
  const draw = () => {
    const ratio = Math.max(devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    strokes.clear();
    strokes.fromData(scaled(drawn.strokes, shrink()));
    out.value = drawn.strokes.length ? canvas.toDataURL("image/png") : "";
  };
  const keep = (list) => {
    drawn = { width: canvas.offsetWidth, height: canvas.offsetHeight, strokes: list };
    out.value = list.length ? canvas.toDataURL("image/png") : "";
    memory.save({ path, drawn });
  };
  draw();
  strokes.addEventListener("endStroke", () => keep(strokes.toData()));
  addEventListener("resize", draw);
  pad.querySelector("[data-wb-undo]").addEventListener("click", () => {
    const list = strokes.toData().slice(0, -1);
    strokes.clear();
    strokes.fromData(list);
    keep(list);
  });
  pad.querySelector("[data-wb-clear]").addEventListener("click", () => {
    strokes.clear();
    keep([]);
  });
});
