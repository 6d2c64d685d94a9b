// Lists the named points of the model, of which one is shown. The names in a formula stand for them.
import { check, h, radios } from "../../lib/dom.js";
import strings from "../../strings/index.js";

/** @param {{point(name: string | null): void, choose(name: string): void}} options point: one is under the pointer or in focus */
export function pointList({ point, choose }) {
  const element = h("div", { class: "points", role: "radiogroup", "aria-label": strings.vectors.points });
  const all = () => /** @type {HTMLElement[]} */ ([...element.children]);
  const nameOf = (event) => event.target.closest("[role=radio]")?.dataset.point ?? null;
  for (const come of ["pointerover", "focusin"]) element.addEventListener(come, (event) => point(nameOf(event)));
  for (const leave of ["pointerleave", "focusout"]) element.addEventListener(leave, () => point(null));
  radios(element, (at) => choose(all()[at].dataset.point));
  element.addEventListener("click", (event) => {
    const name = nameOf(event);
    if (name) choose(name);
  });

  return {
    element,
    /** @param {import("../../generated/contract").Point[]} points */
    draw(points) {
      if (element.childElementCount === points.length) return;
      element.replaceChildren(
        ...points.map(({ name, meaning }) =>
          h("span", { role: "radio", class: "point", "data-point": name, title: meaning, text: name }),
        ),
      );
    },
    check: (name) =>
      check(
        all(),
        all().findIndex(({ dataset }) => dataset.point === name),
      ),
    light: (name) => all().forEach((radio) => radio.classList.toggle("lit", radio.dataset.point === name)),
  };
}
