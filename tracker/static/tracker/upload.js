// Files dropped on the form are put into its field, so that they are sent like chosen ones.
(() => {
  const form = document.querySelector("[data-drop]");
  if (!form) return;
  const field = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-chosen]");
  const show = () => {
    list.replaceChildren(...[...field.files].map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name}(${Math.max(1, Math.round(file.size / 1024))} KB)`;
      return item;
    }));
  };
  const over = (on) => (event) => { event.preventDefault(); form.classList.toggle("is-over", on); };
  for (const name of ["dragenter", "dragover"]) form.addEventListener(name, over(true));
  for (const name of ["dragleave", "dragend"]) form.addEventListener(name, over(false));
  form.addEventListener("drop", (event) => {
    over(false)(event);
    const all = new DataTransfer();
    for (const file of [...field.files, ...event.dataTransfer.files]) all.items.add(file);
    field.files = all.files;
    show();
  });
  field.addEventListener("change", show);
})();
