// Every word of the interface in English: those of each view lie beside it, in words.en.js. Functions take numbers already formatted;
// tokens come as {token: text}.
import attention from "../views/attention/words.en.js";
import embedding from "../views/embedding/words.en.js";
import heads from "../views/heads/words.en.js";
import layernorm from "../views/layernorm/words.en.js";
import logits from "../views/logits/words.en.js";
import maps from "../views/maps/words.en.js";
import merges from "../views/merges/words.en.js";
import mlp from "../views/mlp/words.en.js";
import output from "../views/output/words.en.js";
import prompt from "../views/prompt/words.en.js";
import qkv from "../views/qkv/words.en.js";
import residual from "../views/residual/words.en.js";
import sampling from "../views/sampling/words.en.js";
import size from "../views/size/words.en.js";
import story from "../views/story/words.en.js";
import tokens from "../views/tokens/words.en.js";
import unembedding from "../views/unembedding/words.en.js";
import vectors from "../views/vectors/words.en.js";
import whatif from "../views/whatif/words.en.js";
import { altered } from "./en/changes.js";
import faults from "./en/faults.js";
import glossary from "./en/glossary.js";
import page from "./en/page.js";
import * as places from "./en/places.js";
import tour from "./en/tour.js";
import widgets from "./en/widgets.js";

export default {
  ...page,
  ...faults,
  ...widgets,
  glossary,
  places,
  tour,
  altered,
  attention,
  embedding,
  heads,
  layernorm,
  logits,
  maps,
  merges,
  mlp,
  output,
  prompt,
  qkv,
  residual,
  sampling,
  size,
  story,
  tokens,
  unembedding,
  vectors,
  whatif,
};
