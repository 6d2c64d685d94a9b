// Classic script that runs before anything is drawn: applies the remembered theme, and marks a page opened from a disk, where
// browsers refuse module scripts (the page then says what to do: .from-file in page/page.css).
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem("explainer-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (blocked) {
    /* storage may be blocked in an iframe: the system's theme is used */
  }
  // The parameters of a course page win over the remembered theme; see docs/embedding.md.
  var wishes = new URLSearchParams(location.search);
  if (/^(light|dark)$/.test(wishes.get("theme"))) root.dataset.theme = wishes.get("theme");
  if (wishes.get("compact") === "1") root.classList.add("compact");
  if (location.protocol === "file:") root.classList.add("from-file");
  // page.js or one of its modules failed to load: only this script can still report it.
  addEventListener(
    "error",
    function (event) {
      if (event.target instanceof HTMLScriptElement && /page\.js$/.test(event.target.src)) root.classList.add("broken");
    },
    true,
  );
})();
