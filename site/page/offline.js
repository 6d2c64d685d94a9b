// Keeping the site on this machine: see sw.js. Begun when the app is live, so that nothing waits for it.

/**
 * `urls` is what the worker loaded. Resolves when everything is kept: whether any of it was not before. Stays pending,
 * or resolves to false, where there is no such place: plain http from another machine, private windows, sandboxed frames.
 */
export async function keepOffline(urls) {
  try {
    const container = navigator.serviceWorker;
    if (!container || !window.isSecureContext) return false;
    await container.register(new URL("sw.js", document.baseURI), { updateViaCache: "none" });
    const { active } = await container.ready;
    const { added } = await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      active.postMessage({ keep: urls }, [port2]);
    });
    document.documentElement.dataset.kept = "";
    return added > 0;
  } catch (error) {
    console.info("not kept for the next visit:", error.message);
    return false;
  }
}
