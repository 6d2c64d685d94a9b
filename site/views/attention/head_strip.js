// Shows the heads of a block as small pictures of their patterns, of which one is chosen.
import { check, h, radios } from "../../lib/dom.js";
import { canvas, paintCells, sharpness } from "../../lib/heat.js";

const [SMALLEST, LARGEST, GAP] = [24, 48, 8];

/** Makes the strip. label: of the group; name(head): of one head; go(head): the reader chooses it. */
export function headStrip({ label, name, go }) {
  const element = h("div", { class: "heads", role: "radiogroup", "aria-label": label });
  let heads = [];
  let columns = 1;
  let drawn = "";
  radios(element, go, () => columns);
  element.addEventListener("click", (event) => {
    const radio = event.target.closest("[role=radio]");
    if (radio) go(heads.findIndex((head) => head.element === radio));
  });

  return {
    element,
    /** Makes the next draw paint again: colours have changed. */
    forget() {
      drawn = "";
    },
    /** thumbs: (n_head, n, n), the largest weight of those that a cell stands for; key: what they depend on; room: px. */
    draw({ thumbs, key, room, chosen }) {
      const [count, n] = thumbs.shape;
      const lines = Math.ceil((count * (SMALLEST + GAP)) / (room + GAP));
      columns = Math.ceil(count / lines);
      const px = Math.max(SMALLEST, Math.min(LARGEST, Math.floor((room + GAP) / columns) - GAP));
      if (drawn !== `${key}/${px}/${count}`) {
        drawn = `${key}/${px}/${count}`;
        element.style.gridTemplateColumns = `repeat(${columns}, ${px}px)`;
        if (heads.length !== count) heads = make(count);
        heads.forEach(({ element: radio, drawing }, head) => {
          for (const attribute of ["aria-label", "title"]) radio.setAttribute(attribute, name(head));
          const offset = head * n * n;
          const context = drawing.size(px, px);
          const scale = px * sharpness();
          const options = {
            kind: "amount",
            limit: 1,
            root: true,
            offset,
            maxRows: scale,
            maxCols: scale,
            blank: n <= scale ? (query, at) => at > query && thumbs[offset + query * n + at] === 0 : null,
          };
          paintCells(context, thumbs, n, n, options, 0, 0, px, px);
        });
      }
      check(
        heads.map((head) => head.element),
        chosen,
      );
    },
  };

  function make(count) {
    const all = Array.from({ length: count }, (_, head) => {
      const radio = h("div", { role: "radio", class: "head" });
      const drawing = canvas(radio);
      radio.append(h("span", { text: String(head + 1), "aria-hidden": "true" }));
      return { element: radio, drawing };
    });
    element.replaceChildren(...all.map((head) => head.element));
    return all;
  }
}
