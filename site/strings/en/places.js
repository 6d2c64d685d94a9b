// How English names the places of a model. Numbers count from 1.
export const block = (n) => `block ${n}`;
/** One head has one name everywhere: its block's number comes first. */
export const head = (block, n) => `head ${block}.${n}`;
