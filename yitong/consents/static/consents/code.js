// The seconds a code has left. htmx asks for the next one; without JavaScript the page reloads itself.
(function () {
  "use strict";
  var until = 0;
  function start() {
    var left = document.querySelector("[data-code-left]");
    if (!left) { until = 0; return; }
    until = Date.now() + 1000 * Number(left.getAttribute("data-code-left"));
    tick();
  }
  function tick() {
    var left = document.querySelector("[data-code-left]");
    if (left && until) { left.textContent = String(Math.max(0, Math.ceil((until - Date.now()) / 1000))); }
  }
  start();
  window.setInterval(tick, 500);
  document.addEventListener("htmx:afterSwap", start);
  // A phone that slept shows an old code: ask at once when it wakes.
  document.addEventListener("visibilitychange", function () {
    var card = document.getElementById("code-card");
    if (!document.hidden && card && window.htmx && until && Date.now() >= until) { window.htmx.trigger(card, "wake"); }
  });
})();
