// What is in the page's or a worker's own world beside what TypeScript knows of browsers. Only checks read this.
import type { ShownIn, Wish } from "./generated/contract.js";

declare global {
  interface Window {
    /** Where Python meets the page (page/page.js, src/explainer/hosts/panel_seam.js). */
    explainer: {
      connect<Slot extends keyof ShownIn>(view: { slot: Slot; readonly shown: ShownIn[Slot]; send(wish: Wish): void }): () => void;
      show<Slot extends keyof ShownIn>(slot: Slot, data: ShownIn[Slot]): void;
    };
    /** Panel loads a view's module through it. */
    importShim: unknown;
    /** shell.js, of the service worker: every file of the site with the first 16 hex digits of its sha256. */
    SHELL: Record<string, string>;
    /** The service worker's own. */
    registration: ServiceWorkerRegistration;
  }
  interface Navigator {
    userAgentData?: { brands: { brand: string; version: string }[] };
  }
  /** An event that waits for its handler's work. */
  interface ExtendableEvent extends Event {
    waitUntil(work: Promise<unknown>): void;
  }
  interface FetchEvent extends ExtendableEvent {
    readonly request: Request;
    respondWith(response: Promise<Response>): void;
  }
  interface ExtendableMessageEvent extends ExtendableEvent {
    readonly data: any;
    readonly ports: readonly MessagePort[];
  }
  interface WindowEventMap {
    install: ExtendableEvent;
    activate: ExtendableEvent;
    fetch: FetchEvent;
  }
}
