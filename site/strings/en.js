// Every word of the interface in English, in parts by where they stand. Functions take numbers already formatted; tokens
// come as {token: text}.
import answer from "./en/answer.js";
import attention from "./en/attention.js";
import choice from "./en/choice.js";
import faults from "./en/faults.js";
import model from "./en/model.js";
import overview from "./en/overview.js";
import page from "./en/page.js";
import parts from "./en/parts.js";
import reading from "./en/reading.js";
import { altered, maps, whatif } from "./en/whatif.js";

export default { ...page, ...faults, ...overview, ...parts, ...reading, ...attention, ...answer, ...model, altered, whatif, maps, ...choice };
