// Small comforts on top of pages that work without them.
(function () {
  "use strict";
  var summary = document.getElementById("error-summary");
  if (summary) { summary.focus(); }

  // What scrolls sideways and holds nothing to tab to is reached by the keyboard itself.
  function reachable() {
    document.querySelectorAll(".table-responsive, pre").forEach(function (region) {
      var scrolls = region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight;
      if (scrolls && !region.querySelector("a, button, input, select, textarea")) { region.tabIndex = 0; }
    });
  }
  reachable();
  window.addEventListener("resize", reachable);
  document.addEventListener("htmx:load", reachable);

  // A form is sent once: the second press of the same button would be a second application.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sending === "1") { event.preventDefault(); return; }
    if (form.hasAttribute("data-confirm") && !window.confirm(form.getAttribute("data-confirm"))) { event.preventDefault(); return; }
    if (form.method === "post" && !form.hasAttribute("data-download")) {
      form.dataset.sending = "1";
      window.setTimeout(function () { form.dataset.sending = "0"; }, 8000);
    }
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { document.querySelectorAll("form[data-sending]").forEach(function (form) { form.dataset.sending = "0"; }); }
  });

  // Keyboard: "/" goes to the search field, j/k walk a list marked data-rows, Enter opens.
  var rows = Array.prototype.slice.call(document.querySelectorAll("[data-rows] [data-row]"));
  var at = -1;
  function select(next) {
    if (!rows.length) { return; }
    at = Math.max(0, Math.min(rows.length - 1, next));
    rows.forEach(function (row, index) { row.classList.toggle("is-selected", index === at); });
    rows[at].scrollIntoView({ block: "nearest" });
    var link = rows[at].querySelector("a"); if (link) { link.focus({ preventScroll: true }); }
  }
  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    if (event.key === "/") { var field = document.querySelector("[data-search]"); if (field) { event.preventDefault(); field.focus(); } }
    if (event.key === "j") { select(at + 1); }
    if (event.key === "k") { select(at - 1); }
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  document.querySelectorAll("[data-submit-on-change]").forEach(function (control) {
    control.addEventListener("change", function () { control.form.requestSubmit ? control.form.requestSubmit() : control.form.submit(); });
  });
})();
