// Passkeys (通行密钥, WebAuthn): the server asks, the device answers, and the
// answer goes with the form like anything filled in. The form stays hidden
// where no device can answer: in other browsers, and at an address that
// passkeys are not bound to.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function ask(way, question) {
  const publicKey = { ...question, challenge: bytes(question.challenge) };
  if (question.user) publicKey.user = { ...question.user, id: bytes(question.user.id) };
  if (question.excludeCredentials) publicKey.excludeCredentials = question.excludeCredentials.map((key) => ({ ...key, id: bytes(key.id) }));
  const key = await navigator.credentials[way]({ publicKey });
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[part]) response[part] = text(key.response[part]);
  }
  if (key.response.getTransports) response.transports = key.response.getTransports();
  return JSON.stringify({ id: key.id, rawId: key.id, type: key.type, response, clientExtensionResults: {} });
}

for (const form of document.querySelectorAll("[data-wb-passkey]")) {
  const { wbPasskey: way, wbQuestion: question, wbOrigin: origin, ...words } = form.dataset;
  if (!window.PublicKeyCredential || location.origin !== origin) continue;
  const problem = form.querySelector("[data-wb-problem]");
  const button = form.querySelector("button");
  const say = (why) => {
    problem.querySelector("span").textContent = why;
    problem.hidden = false;
    problem.focus();
  };
  for (const none of document.querySelectorAll("[data-wb-passkey-none]")) none.hidden = true;
  form.hidden = false;
  if (!problem.hidden) problem.focus();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.wbSent) return;
    form.dataset.wbSent = "true"; // until the page is left, or come back to
    button.setAttribute("aria-disabled", "true");
    problem.hidden = true;
    try {
      const reply = await fetch(question, { method: "POST", headers: { Accept: "application/json" } });
      const asked = await reply.json();
      if (!reply.ok) throw new Error(asked.detail);
      form.elements.answer.value = await ask(way, asked.publicKey);
      form.submit();
    } catch (error) {
      delete form.dataset.wbSent;
      button.removeAttribute("aria-disabled");
      say({
        NotAllowedError: words.wbCancelled, AbortError: words.wbCancelled, InvalidStateError: words.wbKnown,
        TypeError: words.wbOffline, SyntaxError: words.wbOffline, Error: error.message,
      }[error.name] || words.wbUnable);
    }
  });
}
