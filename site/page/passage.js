// After Next word the light runs once through the overview: from the text that has grown to the next word.
import { Spotlight } from "../widgets/spotlight.js";

/** stage: the overview's figure. Returns {asked(action), arrived(), spotlight}. */
export function passage(stage) {
  const spotlight = new Spotlight(stage);
  let owed = false; // whether the reader has asked for one step, which is still to come
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => spotlight.skip(), { capture: true });
  return {
    spotlight,
    /** Notes what the reader asks Python to do. A run is too quick for a passage. */
    asked: (action) => (owed = Boolean(action?.step ?? action?.force)),
    /** Runs the light through the overview, which shows a step now, where it is in sight. */
    arrived() {
      if (!owed) return;
      owed = false;
      const { top, bottom } = stage.getBoundingClientRect();
      if (bottom > 0 && top < innerHeight) spotlight.pass();
    },
  };
}
