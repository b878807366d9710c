// Without a chosen theme the page follows the system's, before the first paint.
(function () {
  var root = document.documentElement;
  root.classList.add("js");
  if (!root.hasAttribute("data-bs-theme") && window.matchMedia("(prefers-color-scheme: dark)").matches) {
    root.setAttribute("data-bs-theme", "dark");
  }
})();
