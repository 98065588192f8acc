// At a kiosk a page that nobody touches is wiped, after asking once.
const idle = Number(document.documentElement.dataset.kiosk);
if (idle && location.pathname !== "/kiosk") {
  const ask = document.querySelector("[data-wb-kiosk-ask]");
  let last = Date.now();
  const touched = () => {
    last = Date.now();
    if (ask) ask.hidden = true;
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, touched, { passive: true, capture: true });
  setInterval(() => {
    const alone = (Date.now() - last) / 1000;
    if (alone >= idle) location.replace("/kiosk/wiped");
    else if (ask && alone >= idle - 15) ask.hidden = false;
  }, 1000);
}
