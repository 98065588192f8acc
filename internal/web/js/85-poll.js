// A part of a page that waits for something elsewhere, such as a picture from
// the phone, asks for it every few seconds. Without any of this the page has a
// link to look again.
for (const part of document.querySelectorAll("[data-wb-poll]")) {
  let has = "";
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(part.dataset.wbPoll, { headers: { Accept: "text/html" }, redirect: "error" });
      if (!answer.ok) return;
      const now = await answer.text();
      if (now !== has) part.innerHTML = has = now;
    } catch {
      // the next turn asks again
    }
  }, 3000);
}
