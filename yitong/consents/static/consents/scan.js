// Reads a code with the camera. A hand scanner types into the field and needs none of this.
(function () {
  "use strict";
  var button = document.getElementById("camera-start"), video = document.getElementById("camera");
  var field = document.getElementById("id_token"), note = document.getElementById("camera-note");
  // The page moves the focus to what went wrong; a hand scanner's next code must still land in the field.
  if (field) { field.focus(); }
  if (!button || !video || !field || !window.jsQR || !navigator.mediaDevices) { return; }
  var canvas = document.createElement("canvas"), stream = null;
  button.hidden = false;
  button.addEventListener("click", function () {
    if (stream) { stop(); return; }
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false }).then(function (found) {
      stream = found;
      video.srcObject = found;
      video.hidden = false;
      note.textContent = "";
      button.setAttribute("aria-pressed", "true");
      video.play();
      window.requestAnimationFrame(look);
    }, function () { note.textContent = note.getAttribute("data-denied"); });
  });
  function stop() {
    if (stream) { stream.getTracks().forEach(function (track) { track.stop(); }); }
    stream = null;
    video.hidden = true;
    button.setAttribute("aria-pressed", "false");
  }
  function look() {
    if (!stream) { return; }
    if (video.readyState === video.HAVE_ENOUGH_DATA && video.videoWidth) {
      var wide = Math.min(640, video.videoWidth), high = Math.round(wide * video.videoHeight / video.videoWidth);
      canvas.width = wide;
      canvas.height = high;
      var context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(video, 0, 0, wide, high);
      var found = window.jsQR(context.getImageData(0, 0, wide, high).data, wide, high, { inversionAttempts: "dontInvert" });
      if (found && found.data) {
        stop();
        field.value = found.data;
        if (field.form.requestSubmit) { field.form.requestSubmit(); } else { field.form.submit(); }
        return;
      }
    }
    window.requestAnimationFrame(look);
  }
  window.addEventListener("pagehide", stop);
})();
