// The camera of the phone, for the picture kept as evidence. Without it the
// file control above takes a picture with the phone's own camera.
for (const box of document.querySelectorAll("[data-wb-camera]")) {
  if (!navigator.mediaDevices) continue;
  const video = box.querySelector("video");
  const canvas = box.querySelector("canvas");
  const start = box.querySelector("[data-wb-start]");
  const take = box.querySelector("[data-wb-take]");
  const input = document.querySelector(`input[type=file][name="${box.dataset.wbCamera}"]`);
  box.hidden = false;
  start.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
    } catch {
      box.hidden = true;
      return;
    }
    video.hidden = take.hidden = false;
    canvas.hidden = start.hidden = true;
    await video.play();
  });
  take.addEventListener("click", async () => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    for (const track of video.srcObject.getTracks()) track.stop();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
    const list = new DataTransfer();
    list.items.add(new File([blob], "camera.jpg", { type: "image/jpeg" }));
    input.files = list.files;
    input.dispatchEvent(new Event("change"));
    video.hidden = take.hidden = true;
    canvas.hidden = start.hidden = false;
    start.textContent = box.dataset.wbAgain;
  });
}
