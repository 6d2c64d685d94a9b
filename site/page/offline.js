// Keeps the site on this machine through sw.js. Begins when the app is live, so that nothing waits for it.

/**
 * Keeps the site and `urls`, what the Python worker loaded. Resolves when everything is kept, to whether any of it is new. Stays
 * pending, or resolves to false, where nothing can be kept: plain http from another machine, private windows, sandboxed frames.
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
