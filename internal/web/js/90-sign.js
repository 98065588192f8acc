// The signature pad. Its picture goes into a hidden field; who cannot draw
// types the name instead.
const pad = document.querySelector("[data-wb-pad]");
if (pad) {
  const { default: SignaturePad } = await import(pad.dataset.wbPad);
  const canvas = pad.querySelector("canvas");
  const out = document.getElementById("drawing");
  pad.hidden = false;
  const fit = () => {
    const ratio = Math.max(devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
  };
  fit();
  const strokes = new SignaturePad(canvas, { penColor: "#101820", minWidth: 1.2, maxWidth: 3.2 });
  strokes.addEventListener("endStroke", () => { out.value = canvas.toDataURL("image/png"); });
  addEventListener("resize", () => {
    const kept = strokes.toData();
    fit();
    strokes.fromData(kept);
  });
  document.querySelector("[data-wb-clear]").addEventListener("click", () => {
    strokes.clear();
    out.value = "";
  });
}
