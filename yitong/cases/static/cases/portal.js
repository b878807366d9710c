// Comforts of the wizard; every page works without them.
(function () {
  "use strict";
  // A file that is too large is told before minutes of upload.
  document.querySelectorAll("input[type=file][data-most-mb]").forEach(function (input) {
    input.addEventListener("change", function () {
      var most = Number(input.dataset.mostMb);
      var large = Array.prototype.filter.call(input.files, function (file) { return file.size > most * 1048576; });
      var words = large.map(function (file) { return file.name + " " + input.dataset.tooLarge.replace("%s", String(most)); });
      input.setCustomValidity(words.join("\n"));
      if (words.length) { input.reportValidity(); }
    });
  });
  // The address matters for the post alone.
  var address = document.querySelector("[data-only-post]");
  var ways = document.querySelectorAll("input[data-way]");
  function show() {
    var chosen = document.querySelector("input[data-way]:checked");
    address.hidden = !(chosen && chosen.value === "post");
  }
  if (address && ways.length) { ways.forEach(function (way) { way.addEventListener("change", show); }); show(); }
})();
