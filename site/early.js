// Classic script, before anything is drawn: the remembered theme, and a page opened straight from a disk,
// where browsers refuse module scripts (the page then says what to do; see page/page.css, .from-file).
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem("explainer-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (blocked) {
    /* storage may be blocked in an iframe: the system's theme is used */
  }
  // A course page's wishes for its frame win over what is remembered; see docs/embedding.md.
  var wishes = new URLSearchParams(location.search);
  if (/^(light|dark)$/.test(wishes.get("theme"))) root.dataset.theme = wishes.get("theme");
  if (wishes.get("compact") === "1") root.classList.add("compact");
  if (location.protocol === "file:") root.classList.add("from-file");
  // The program itself, or one of the modules that it is made of, did not come: nobody else could say so.
  addEventListener(
    "error",
    function (event) {
      if (event.target instanceof HTMLScriptElement && /page\.js$/.test(event.target.src)) root.classList.add("broken");
    },
    true,
  );
})();
