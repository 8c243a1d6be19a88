// Sends the response on; without JavaScript, the button does. Coming back with Back, it is not sent again.

const [entry] = performance.getEntriesByType("navigation");
if (entry?.type !== "back_forward") {
  document.getElementById("respond").submit();
}
