// What the numbered steps under the overview say of attention and MLP.
import { integer, probability } from "../../lib/format.js";
import { state } from "../../state/choices.js";
import { read, valueAt } from "../../state/edits.js";
import strings from "../../strings/index.js";

const words = strings.residual;

/** Returns whether a row has a number other than 0. */
const isAnything = (rows, at) => rows.subarray(at * rows.shape[1], (at + 1) * rows.shape[1]).some((value) => value !== 0);

/** Returns {attention, mlp}: the parts of a sentence on each, for the shown head and a token. */
export function stepsSaid(data, token) {
  const T = data.labels.length;
  const first = (data.patterns.shape[0] === data.n_head ? data.head : 0) * T * T + token * T; // of a long text only one head's are there
  const row = data.patterns.subarray(first, first + T);
  const key = row.indexOf(Math.max(...row));
  const [query, top] = [{ token: data.labels[token] }, { token: data.labels[key] }];
  const head = strings.places.head(data.block + 1, data.head + 1);
  const share = probability(row[key]);
  const edits = read(state.edits);
  return {
    attention: words.looks({
      head,
      query,
      top,
      share,
      isAlone: token === 0,
      isItself: key === token,
      isAdded: isAnything(data.z_strip, token) && data.attn_norm[data.block * T + token] > 0,
      isEdited:
        data.shows === "changed" &&
        (valueAt(edits, "z", [data.block, data.head, token]) ?? valueAt(edits, "attn_out", [data.block, token])) !== null,
    }),
    mlp: words.neurons({
      token: query,
      active: integer(data.mlp_active[token]),
      all: integer(data.d_mlp),
      isAdded: data.mlp_norm[data.block * T + token] > 0,
    }),
  };
}
