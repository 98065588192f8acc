// The error summary takes the focus when the page comes back with problems.
const summary = document.querySelector("[data-wb-focus]");
if (summary) summary.focus();
