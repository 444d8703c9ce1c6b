(() => {
  const form = document.querySelector("form");
  const fields = [...form.querySelectorAll("[data-field]")];
  form.querySelectorAll(".need[hidden]").forEach((mark) => { mark.hidden = false; });
  const hide = (keys) => fields.forEach((f) => { f.hidden = keys.includes(f.dataset.field); });
  let last = 0, timer;
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(ask, ms); };
  const ask = async () => {
    const mine = ++last, sent = new URLSearchParams(new FormData(form));
    sent.set("action", "show");
    let keys = []; // where nobody answers, all is shown
    try {
      const r = await fetch(form.getAttribute("action"), { method: "POST", body: sent });
      if (r.status === 503) { // it is busy: what is hidden stays so until it can tell
        if (mine === last) later(2000);
        return;
      }
      if (r.ok) keys = await r.json();
    } catch {}
    if (mine === last) hide(keys);
  };
  hide(fields.filter((f) => "off" in f.dataset).map((f) => f.dataset.field));
  form.addEventListener("input", () => later(150));
})();
