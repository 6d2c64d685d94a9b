// Lists the same word in other forms: their pieces, and how near their vectors are to the reference's.
import { h } from "../../lib/dom.js";
import { number } from "../../lib/format.js";
import strings from "../../strings/index.js";
import { token } from "../../widgets/token.js";

const words = strings.merges;

function formRow({ text, here, pieces, cosine }, reference) {
  const all = pieces.map(({ id, text: shown }) =>
    h("span", { class: "form-piece" }, token(shown), h("span", { text: String(id) })),
  );
  const near = reference && h("td", { text: cosine === undefined ? "" : number(cosine) });
  return h("tr", { class: here ? "is-here" : null }, h("th", { scope: "row" }, token(text)), h("td", {}, all), near);
}

export function formsTable(forms, reference) {
  const heads = [words.columns.form, words.columns.pieces, reference && words.columns.cosine(reference.text)].filter(Boolean);
  return h(
    "table",
    { class: "ways forms" },
    h("caption", { class: "unseen", text: words.forms }),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        heads.map((name) => h("th", { scope: "col" }, [].concat(name))),
      ),
    ),
    h(
      "tbody",
      {},
      forms.map((form) => formRow(form, reference)),
    ),
  );
}
