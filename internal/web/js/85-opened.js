// A signing page tells that it has been shown. Fetching it does not count as
// opening it: chat programs fetch links for their previews.
const link = document.querySelector("[data-wb-opened]");
if (link) fetch(link.dataset.wbOpened, { method: "POST", keepalive: true }).catch(() => {});
