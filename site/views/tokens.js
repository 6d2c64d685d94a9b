// The prompt's tokens: labels of the overview's lanes, and the place to choose one.
import { attribute, frame, h } from "../lib/dom.js";
import { integer, token as tokenText } from "../lib/format.js";
import { lanes, onTurn, turned, GUTTER } from "../lib/lanes.js";
import { note } from "../lib/note.js";
import { adopt, choose, chosen, listen, put, state } from "../lib/store.js";
import en from "../strings/en.js";

export default {
  create(slot, send) {
    const list = h("div", { class: "token-list", role: "listbox", "aria-label": en.tokens.label });
    const fold = h("div", { class: "token-folds" });
    slot.append(list, fold);
    const words = note(slot, en.tokens.title);
    let data = null;
    let options = [];

    function build() {
      options = data.pieces.map(({ text, id }, index) =>
        h(
          "div",
          {
            role: "option",
            class: "token-option",
            "data-token": index,
            "aria-label": en.tokens.item(index + 1, text, id),
          },
          h("span", { class: "token-id", text: String(id), "aria-hidden": "true" }),
          tokenText(text),
        ),
      );
      list.replaceChildren(...options);
    }

    const draw = frame(() => {
      if (!data) return;
      const layout = lanes(slot.parentElement, data.pieces.length);
      const isTurned = turned();
      const place = (element, { at, size }) =>
        Object.assign(
          element.style,
          isTurned
            ? { left: `${GUTTER + at}px`, width: `${size}px`, top: "", height: "" }
            : { top: `${at}px`, height: `${size}px`, left: "", width: "" },
        );
      Object.assign(
        list.style,
        isTurned ? { width: `${GUTTER + layout.total}px`, height: "" } : { height: `${layout.total}px`, width: "" },
      );
      list.classList.toggle("dense", layout.size < 20);
      const now = chosen(data.pieces.length);
      options.forEach((option, index) => {
        const lane = layout.lanes[layout.laneOf(index)];
        option.hidden = lane.from !== lane.to;
        if (!option.hidden) place(option, lane);
        attribute(option, "aria-selected", String(index === now));
        attribute(option, "tabindex", index === now ? "0" : "-1");
        option.classList.toggle("near", index === state.hover);
      });
      const folds = layout.lanes
        .filter(({ from, to }) => from !== to)
        .map((lane) => {
          const element = h("button", {
            type: "button",
            class: "token-fold",
            title: en.tokens.unfold(data.pieces.length),
            "aria-label": en.tokens.unfold(data.pieces.length),
            onclick: () => put({ unfolded: true }),
            text: isTurned ? "⋯" : en.tokens.more(lane.to - lane.from + 1),
          });
          place(element, lane);
          return element;
        });
      if (layout.foldable && !layout.folded) {
        const back = h("button", {
          type: "button",
          class: "token-fold",
          text: isTurned ? "›‹" : en.tokens.fold,
          "aria-label": en.tokens.fold,
          onclick: () => put({ unfolded: false }),
        });
        place(back, { at: layout.total, size: 24 });
        folds.push(back);
      }
      fold.replaceChildren(...folds);
      describe(now);
    });

    function describe(now) {
      const { pieces, config } = data;
      words.say(
        ...en.tokens.says({
          n: pieces.length,
          most: config.n_ctx,
          token: { token: pieces[now].text },
          id: integer(pieces[now].id),
          vocab: integer(config.d_vocab),
        }),
      );
      words.table(() => ({
        caption: en.tokens.caption,
        columns: en.tokens.columns,
        rows: pieces.map((piece, i) => [i + 1, { token: piece.text }, piece.id, [...piece.bytes].join(" ")]),
      }));
    }

    const at = (event) => {
      const option = event.target.closest(".token-option");
      return option ? Number(option.dataset.token) : null;
    };
    list.addEventListener("click", (event) => {
      if (at(event) !== null) choose(send, { token: at(event) });
    });
    list.addEventListener("pointerover", (event) => put({ hover: at(event) }));
    list.addEventListener("pointerleave", () => put({ hover: null }));
    list.addEventListener("keydown", (event) => {
      const from = at(event);
      const last = options.length - 1;
      const to = {
        ArrowUp: from - 1,
        ArrowLeft: from - 1,
        ArrowDown: from + 1,
        ArrowRight: from + 1,
        Home: 0,
        End: last,
      }[event.key];
      if (from === null || to === undefined) return;
      event.preventDefault();
      const next = Math.max(0, Math.min(last, to));
      choose(send, { token: next });
      options[next].hidden = false; // it may come out of the fold: drawn in this very frame
      options[next].focus();
    });

    listen(draw);
    onTurn(draw);
    new ResizeObserver(draw).observe(slot);

    return {
      update(next) {
        const same =
          data &&
          data.pieces.length === next.pieces.length &&
          data.pieces.every((piece, i) => piece.id === next.pieces[i].id);
        data = next;
        adopt(next);
        if (!same) build();
        draw();
      },
    };
  },
};
