// From text to ids: one word's bytes, the letters that spell them, every merge with its rank, the ids at the end; and
// the same word in other forms.
import { attribute, h, pale, widthOf } from "../../lib/dom.js";
import { integer, number } from "../../lib/format.js";
import { token, words as parts } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { note } from "../../widgets/note.js";
import { player } from "../../widgets/player.js";
import { adopt, choose, listen, outrun, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";

const text = strings.merges;
const HEAD = 136; // names of the rows
const [LEAST, MOST] = [22, 44]; // width of a byte
const ROWS = 20; // steps in the picture at once: those up to the one that is shown
const STAY_MS = 700;
const hex = (byte) => byte.toString(16).toUpperCase().padStart(2, "0");

export default {
  create(slot, send) {
    const where = h("span", { class: "head-small" });
    const grid = h("table", { class: "merging" });
    const scroller = h("div", { class: "merging-scroll", tabindex: "0", role: "region", "aria-label": text.picture }, grid);
    const remark = h("p", { class: "head-small" });
    const forms = h("div");
    const formsHead = h("h3", { class: "sub" });
    const formsAbout = h("p", { class: "head-small" });
    const play = player({
      label: text.player,
      length: () => last(),
      show: (at) => {
        choose(send, { merge: at === last() ? -1 : at });
        draw();
      },
      time: () => STAY_MS,
      says: (at) => said(at),
    });
    slot.append(
      h("div", { class: "part-head" }, h("h2", { text: text.title }), where),
      play.element,
      scroller,
      remark,
      formsHead,
      formsAbout,
      forms,
    );
    const box = widthOf(slot, () => draw());
    const words = note(slot, text.title);
    words.explain(...text.explain);
    let data = null;

    const last = () => Math.max(0, (data?.steps.length ?? 1) - 1);
    const now = () => play.at;
    const said = (at) => {
      if (!data?.steps.length) return "";
      const { pair, rank } = data.steps[at];
      return pair ? text.step(at, last(), pair.join(" + "), integer(rank + 1)) : text.start(data.n_bytes, last());
    };

    const draw = frame(() => {
      if (!data || !box.width) return false;
      const { width } = box;
      pale(slot, outrun(data));
      play.element.hidden = last() === 0;
      play.draw();
      drawGrid(width);
    }, slot);

    /** Bytes in columns; a row for every merge up to the one that is shown, the pieces as wide as their bytes. */
    function drawGrid(width) {
      const { bytes, letters, steps, pieces, n_bytes } = data;
      if (!steps.length) {
        grid.replaceChildren();
        remark.replaceChildren(...parts(text.special({ token: pieces[0].text }, pieces[0].id)));
        return;
      }
      const at = now();
      const byte = Math.max(LEAST, Math.min(MOST, Math.floor((width - HEAD) / bytes.length)));
      const first = Math.max(1, Math.min(at, last()) - ROWS + 1);
      const rows = steps.slice(first, Math.max(first, Math.min(last(), first + ROWS - 1)) + 1);
      const head = (content, step) =>
        h(
          "th",
          { scope: "row" },
          step === undefined
            ? content
            : h(
                "button",
                {
                  type: "button",
                  class: "merge-name",
                  "data-step": step,
                  "aria-current": step === at ? "step" : null,
                  onclick: () => go(step),
                },
                content,
              ),
        );
      const cells = (list) => list.map((item) => h("td", {}, item));
      const piece = (part, step) =>
        h(
          "td",
          {
            colspan: part.bytes,
            class: ["merge-piece", part.made && "made", step === at && "now"].filter(Boolean).join(" "),
            title: part.id === null ? null : text.id(part.id),
          },
          token(part.text),
        );
      const columns = h(
        "colgroup",
        {},
        h("col", { style: `width: ${HEAD}px` }),
        bytes.map(() => h("col", { style: `width: ${byte}px` })),
      );
      const focused = grid.contains(document.activeElement) ? document.activeElement.dataset.step : undefined;
      const done = rows.map(({ parts: all, pair, rank }, index) => {
        const step = first + index;
        const name = [token(pair[0]), " + ", token(pair[1]), h("span", { class: "merge-rank", text: integer(rank + 1) })];
        return h(
          "tr",
          { class: step > at ? "later" : null },
          head(name, step),
          step > at ? h("td", { colspan: bytes.length }) : all.map((part) => piece(part, step)),
        );
      });
      // What the shown step leaves, with the ids of its pieces: every piece on the way is a token of the vocabulary.
      const reached = steps[at].parts;
      grid.style.width = `${HEAD + byte * bytes.length}px`;
      grid.replaceChildren(
        columns,
        h(
          "tbody",
          {},
          h("tr", { class: "merge-bytes" }, head(text.bytes), cells(bytes.map(hex))),
          h("tr", { class: "merge-letters" }, head(text.letters, 0), cells(letters)),
          first > 1 && h("tr", { class: "later" }, head(text.before(first - 1)), h("td", { colspan: bytes.length })),
          done,
          h(
            "tr",
            { class: "merge-ids" },
            head(at === last() ? text.ids : text.idsNow),
            reached.map((part) => h("td", { colspan: part.bytes, text: part.id === null ? "–" : String(part.id) })),
          ),
        ),
      );
      if (focused !== undefined) grid.querySelector(`[data-step="${focused}"]`)?.focus({ preventScroll: true });
      remark.replaceChildren(
        ...parts(
          [data.n_merges === 0 && text.none, n_bytes > bytes.length && text.cut(bytes.length, n_bytes)]
            .filter(Boolean)
            .join(" ")
            .split("\n"),
        ),
        ...(data.differs ? parts(text.differs(pieces.map(({ text: shown }) => ({ token: shown })))) : []),
      );
    }
    function go(step) {
      play.move(step);
      choose(send, { merge: step === last() ? -1 : step });
      draw();
    }

    function buildForms() {
      const reference = data.forms.find((form) => form.reference);
      const columns = [text.columns.form, text.columns.pieces, reference && text.columns.cosine(reference.text)];
      forms.replaceChildren(
        h(
          "table",
          { class: "ways forms" },
          h("caption", { class: "unseen", text: text.forms }),
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              columns.filter(Boolean).map((name) => h("th", { scope: "col" }, [].concat(name))),
            ),
          ),
          h(
            "tbody",
            {},
            data.forms.map((form) =>
              h(
                "tr",
                { class: form.here ? "is-here" : null },
                h("th", { scope: "row" }, token(form.text)),
                h(
                  "td",
                  {},
                  form.pieces.map(({ id, text: shown }) =>
                    h("span", { class: "form-piece" }, token(shown), h("span", { text: String(id) })),
                  ),
                ),
                reference && h("td", { text: form.cosine === undefined ? "" : number(form.cosine) }),
              ),
            ),
          ),
        ),
      );
      formsHead.textContent = data.forms.some((form) => form.here) || data.forms.length < 2 ? text.forms : text.example;
      forms.hidden = data.forms.length < 2;
      formsAbout.textContent = forms.hidden ? text.formsNone : reference ? text.formsAbout : text.formsFew;
    }

    function describe() {
      const { steps, pieces, labels } = data;
      if (!steps.length) words.say(...text.special({ token: labels[data.token] }, pieces[0].id));
      else {
        const found = steps[last()].parts.flatMap((part, at) => [...(at ? [" "] : []), { token: part.text }]);
        words.say(
          ...text.says({
            token: { token: labels[data.token] },
            word: { token: data.word },
            bytes: data.n_bytes,
            merges: last(),
            pieces: found,
            n: steps[last()].parts.length,
            all: integer(data.n_merges),
          }),
        );
      }
      words.table(() => ({
        caption: text.caption(data.word),
        columns: text.twin,
        rows: steps.map(({ pair, rank, parts: all }, at) => [
          at,
          pair ? pair.join(" + ") : "",
          rank === null ? "" : rank + 1,
          all.map((part) => part.text).join(" | "),
        ]),
      }));
    }

    // The word's tokens, each under its bytes, and in the overview.
    const tokenAt = (index) => (now() === last() && !data.differs ? data.first + index : null);
    function near() {
      if (!data) return;
      [...grid.querySelectorAll(".merge-ids td")].forEach((cell, index) =>
        cell.classList.toggle("near", state.hover !== null && tokenAt(index) === state.hover),
      );
    }
    grid.addEventListener("pointerover", (event) => {
      const index = [...grid.querySelectorAll(".merge-ids td")].indexOf(event.target.closest("td"));
      put({ hover: data && index >= 0 ? tokenAt(index) : null });
    });
    grid.addEventListener("pointerleave", () => put({ hover: null }));
    listen((changes) => {
      if ("hover" in changes) near();
      if (Object.keys(changes).every((key) => key === "hover")) return;
      // Chosen elsewhere: in the address, or by going back.
      if (data && !play.playing && now() !== wanted()) play.move(wanted());
      draw();
    });
    const wanted = () => (state.merge < 0 ? last() : Math.min(state.merge, last()));
    return {
      update(next) {
        const other = data && data.word !== next.word;
        data = next;
        adopt(next);
        if (!play.playing || other) play.move(other ? null : wanted());
        if (other) choose(send, { merge: -1 }); // another word is shown whole
        where.replaceChildren(...parts(text.where({ token: data.word }, data.first + 1, data.last + 1)));
        attribute(scroller, "hidden", data.steps.length ? null : true);
        buildForms();
        describe();
        draw();
      },
    };
  },
};
