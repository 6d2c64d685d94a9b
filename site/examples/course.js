// Handles the messages of embedded figures: gives each frame its height, and prints what is chosen in the first one.
addEventListener("message", (event) => {
  const frames = [...document.querySelectorAll("iframe")];
  const frame = frames.find((one) => one.contentWindow === event.source);
  if (!frame || event.data?.source !== "explainer") return;
  if (event.data.type === "height") frame.style.height = `${event.data.height + 2}px`;
  if (event.data.type === "ready") frame.dataset.ready = "";
  if (event.data.type === "state" && frame === frames[0]) {
    // States count from 0, the page from 1.
    for (const name of ["block", "head"]) document.getElementById(name).textContent = event.data.state[name] + 1;
  }
});
