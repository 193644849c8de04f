// Keys press what stands on the page: an element with data-key="s" is clicked by s. Nothing happens while a person types, holds a
// modifier or composes with an input method, while a dialog is open, or while an answer is on its way (a second Enter must not fall
// on a target that is not yet seen).
(() => {
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]");
  const composing = (event) => event.isComposing || event.keyCode === 229;
  const busy = () => document.querySelector(".htmx-request");
  const visible = (element) => element.getClientRects().length > 0;
  const find = (key) => [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key && visible(each));

  document.addEventListener("keydown", (event) => {
    if (composing(event) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    if (typing(event.target)) return;
    // Enter on a link or button is that link's or button's own.
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (event.key === "/") {
      const box = document.querySelector("[data-search]");
      if (box && visible(box)) { event.preventDefault(); box.focus(); box.select(); }
      return;
    }
    const element = find(event.key);
    if (!element) return;
    event.preventDefault();
    if (!busy()) element.click();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-help]")) document.getElementById("help").showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  });

  // Panes are scrolled to the figure that is looked at.
  const scroll = () => document.querySelectorAll("[data-scroll-to]").forEach((pane) => {
    const place = pane.querySelector(`[data-place="${pane.dataset.scrollTo}"]`);
    if (place) pane.scrollTop += place.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
  });
  document.addEventListener("DOMContentLoaded", scroll);
  document.addEventListener("htmx:afterSettle", scroll);

  // One box ticks all of its page; one that is unticked by hand unticks it again.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset.checkAll;
    if (name) document.querySelectorAll(`input[name="${name}"]`).forEach((each) => { each.checked = event.target.checked; });
    else if (event.target.name) document.querySelectorAll(`[data-check-all="${event.target.name}"]`).forEach((each) => { each.checked = false; });
  });

  // The clipboard of a page without https is reached by the older way alone.
  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "visually-hidden";
    document.body.append(box);
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    return copied ? undefined : Promise.reject(new Error("refused"));
  };
  const say = (text) => {
    const line = document.createElement("div");
    line.className = "alert alert-success py-2 mb-2";
    line.setAttribute("role", "status");
    line.textContent = text;
    document.getElementById("messages").replaceChildren(line);
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-from]");
    if (!button) return;
    try {
      const answer = await fetch(button.dataset.copyFrom, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      await copy(text);
      say(`已复制${text.split("\n").filter((line) => /^\d+\. /.test(line)).length}个目标的文字,可以粘贴到别处。`);
    } catch {
      say("没有复制成功,请重试。");
    }
  });
})();
