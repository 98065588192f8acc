// Countdowns go on from what the server said, in words, and are read out only
// when the hour changes.
for (const node of document.querySelectorAll("[data-wb-countdown]")) {
  const end = performance.now() + Number(node.dataset.wbCountdown) * 1000;
  const spoken = document.createElement("span");
  spoken.className = "wb-sr";
  spoken.setAttribute("role", "status");
  node.after(spoken);
  let hour = -1;
  const draw = () => {
    const minutes = Math.ceil((end - performance.now()) / 60000);
    if (minutes <= 0) {
      node.textContent = spoken.textContent = node.dataset.wbOver;
      clearInterval(timer);
      return;
    }
    const text = node.dataset.wbWords.replace("{h}", Math.floor(minutes / 60)).replace("{m}", minutes % 60);
    node.textContent = text;
    if (Math.floor(minutes / 60) !== hour && hour >= 0) spoken.textContent = text;
    hour = Math.floor(minutes / 60);
  };
  const timer = setInterval(draw, 15000);
}
