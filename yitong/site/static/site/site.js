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

  // A page that stood open for long asks first whether its reader is still logged in: a log-in page instead of the
  // answer would throw away what he typed. A new session has a new token against forgery.
  var LONG = 60 * 1000;
  var opened = Date.now();
  function ended(form) {
    var old = document.querySelector("form > [data-session-ended]"); if (old) { old.remove(); }
    var notice = document.getElementById("session-ended").content.firstElementChild.cloneNode(true);
    notice.setAttribute("data-session-ended", "");
    form.prepend(notice); notice.focus();
  }
  function resend(form, button) {
    var token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token && form.elements.csrfmiddlewaretoken) { form.elements.csrfmiddlewaretoken.value = token[1]; }
    form.dataset.asked = "1"; form.requestSubmit(button); delete form.dataset.asked;
  }
  document.addEventListener("submit", function (event) {
    var form = event.target, who = document.body.dataset.who;
    if (!who || form.method !== "post" || form.dataset.asked || Date.now() - opened < LONG) { return; }
    event.preventDefault(); event.stopImmediatePropagation();
    fetch("/session/").then(function (answer) { return answer.json(); }).then(
      function (now) { if (now.who === who) { resend(form, event.submitter); } else { ended(form); } },
      function () { resend(form, event.submitter); }
    );
  }, true);

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

  // On a phone the rooms stand in one row that scrolls: the one we are in is in sight.
  var room = document.querySelector(".side-nav nav [aria-current]");
  if (room) { room.parentNode.scrollLeft = room.offsetLeft - room.parentNode.offsetLeft - 16; }

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  document.querySelectorAll("[data-submit-on-change]").forEach(function (control) {
    control.addEventListener("change", function () { control.form.requestSubmit ? control.form.requestSubmit() : control.form.submit(); });
  });
})();
