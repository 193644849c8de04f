// The theme follows the machine until a person chooses; set before the first paint, so that nothing flashes.
(() => {
  const machine = window.matchMedia("(prefers-color-scheme: dark)");
  const kept = () => localStorage.getItem("theme");
  const show = () => { document.documentElement.dataset.bsTheme = kept() || (machine.matches ? "dark" : "light"); };
  show();
  machine.addEventListener("change", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    localStorage.setItem("theme", document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark");
    show();
  });
  // A select or checkbox marked so sends its form when it changes.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
})();
