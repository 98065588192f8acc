// A chosen file is sent at once; large pictures are made smaller first. The
// plain button does the same without any of this.
const longest = 2500;

async function smaller(file) {
  if (!/^image\/(jpeg|png)$/.test(file.type) || file.size < 2_000_000 || !window.createImageBitmap) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

// The browser's own button speaks the browser's language: ours stands in its
// place and takes its label over.
function stand(drop, input) {
  const button = document.createElement("button");
  const chosen = document.createElement("span");
  button.type = "button";
  button.className = "wb-btn wb-btn-second";
  button.textContent = drop.dataset.wbUpload;
  button.id = input.id;
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (input.hasAttribute(name)) button.setAttribute(name, input.getAttribute(name));
  }
  const label = document.querySelector(`label[for="${CSS.escape(input.id)}"]`);
  if (label) button.setAttribute("aria-label", `${label.textContent.trim()} ${drop.dataset.wbUpload}`);
  chosen.className = "wb-chosen";
  chosen.setAttribute("role", "status");
  input.id += "-file";
  input.hidden = true;
  input.after(button, chosen);
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => { chosen.textContent = [...input.files].map((f) => f.name).join("，"); });
}

for (const drop of document.querySelectorAll("[data-wb-upload]")) {
  const input = drop.querySelector("input[type=file]");
  const send = drop.querySelector("button[name=upload]");
  stand(drop, input);
  if (send) send.hidden = true;
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    const file = await smaller(input.files[0]);
    if (file !== input.files[0]) {
      const list = new DataTransfer();
      list.items.add(file);
      input.files = list.files;
    }
    if (send) send.click();
  });
}
