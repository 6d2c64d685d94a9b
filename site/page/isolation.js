// Brings threads where the host sends no headers for them: the service worker adds the headers, but only to a page that is loaded
// after it is active. So a first visit registers the worker at once and loads the page once more, before anything heavy has begun.

const KEY = "explainer-isolated"; // in this tab's storage: the page has been loaded once more
const PATIENCE_MS = 3000;

/** Returns whether loading the page again would bring threads. */
function wanted() {
  if (crossOriginIsolated || !window.isSecureContext || !(navigator.hardwareConcurrency > 2)) return false; // one thread anyway
  // In another site's frame only Document-Isolation-Policy helps, which only Chromium knows, as it alone has userAgentData.
  if (window.top !== window && !navigator.userAgentData) return false;
  return !navigator.serviceWorker.controller; // otherwise the worker's headers were there, and did not help
}

/**
 * Loads the page once more where that brings threads, unless busy(): the reader has begun. Resolves to whether it does;
 * at once where it cannot, as where storage is blocked.
 */
export async function isolate(busy) {
  try {
    if (!wanted() || sessionStorage.getItem(KEY)) return false;
    const container = navigator.serviceWorker;
    await container.register(new URL("sw.js", document.baseURI), { updateViaCache: "none" });
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));
    if (!(await Promise.race([container.ready, late])) || busy()) return false;
    sessionStorage.setItem(KEY, "once");
    location.reload();
    return true;
  } catch (error) {
    console.info("one thread:", error.message);
    return false;
  }
}
