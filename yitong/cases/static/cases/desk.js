// Comforts of the desk. Every page works without them: links, buttons and fields are plain HTML.
(function () {
  "use strict";

  // A ready wording goes into its text field; what the officer typed himself is never overwritten unasked.
  document.querySelectorAll("select[data-fills]").forEach(function (select) {
    var field = select.form && select.form.elements[select.getAttribute("data-fills")];
    if (!field) { return; }
    var last = "";
    select.addEventListener("change", function () {
      if (!select.value) { return; }
      if (field.value.trim() === "" || field.value === last) { field.value = select.value; }
      else { field.value = field.value.replace(/\s+$/, "") + "\n" + select.value; }
      last = field.value;
      field.focus();
    });
  });

  // Materials are looked at without loading the whole page again.
  var pane = document.querySelector("[data-preview-pane]");
  if (pane) {
    document.querySelectorAll("a[data-preview]").forEach(function (link) {
      link.addEventListener("click", function (event) {
        if (event.ctrlKey || event.metaKey || event.shiftKey) { return; }
        event.preventDefault();
        show(link);
      });
    });
  }
  function show(link) {
    var url = link.getAttribute("data-preview"), kind = link.getAttribute("data-kind"), name = link.textContent.trim();
    var body;
    pane.textContent = "";
    if (kind === "image") { body = document.createElement("img"); body.alt = name; body.src = url; }
    else if (kind === "pdf") { body = document.createElement("iframe"); body.title = name; body.src = url; }
    if (body) { pane.appendChild(body); }
    var line = document.createElement("p"), open = document.createElement("a");
    line.className = "desk-preview-name"; open.href = url; open.target = "_blank"; open.rel = "noopener"; open.textContent = name;
    line.appendChild(open); pane.appendChild(line);
    document.querySelectorAll(".desk-material.is-current").forEach(function (old) { old.classList.remove("is-current"); });
    document.querySelectorAll("a[data-preview][aria-current]").forEach(function (old) { old.removeAttribute("aria-current"); });
    link.closest(".desk-material").classList.add("is-current");
    link.setAttribute("aria-current", "true");
    window.history.replaceState(null, "", link.getAttribute("href"));
  }

  // An act that is opened brings its first field into reach.
  document.querySelectorAll("details.desk-act[name]").forEach(function (act) {
    act.addEventListener("toggle", function () {
      var field = act.open && act.querySelector("textarea, input:not([type=hidden]), select");
      if (field && document.activeElement === act.querySelector("summary")) { field.focus({ preventScroll: true }); }
    });
  });
  var failed = document.querySelector("details.desk-act[open]");
  if (failed) { failed.scrollIntoView({ block: "nearest" }); }

  // On a phone the unused filters fold away; without scripts they lie open.
  if (window.matchMedia("(max-width: 767px)").matches) {
    document.querySelectorAll("details[data-fold]").forEach(function (fold) { fold.open = false; });
  }

  // Choosing all rows of a page.
  var all = document.querySelector("[data-check-all]");
  if (all) {
    all.hidden = false;
    var label = document.querySelector("[data-check-all-label]"); if (label) { label.hidden = false; }
    all.addEventListener("change", function () {
      document.querySelectorAll("input[name=number]").forEach(function (box) { box.checked = all.checked; });
    });
  }

  // c claims and x chooses the row j and k walked to; [ and ] go to the case before and after.
  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
    var row = document.querySelector("[data-row].is-selected");
    if (event.key === "c" && row) { var claim = row.querySelector("[data-claim]"); if (claim) { claim.click(); } }
    if (event.key === "x" && row) { var box = row.querySelector("input[name=number]"); if (box) { box.checked = !box.checked; } }
    if (event.key === "[") { var before = document.querySelector("[data-previous]"); if (before) { before.click(); } }
    if (event.key === "]") { var after = document.querySelector("[data-next]"); if (after) { after.click(); } }
  });
})();
