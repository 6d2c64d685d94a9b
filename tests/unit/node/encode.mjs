// Not a test: encodes texts with the browser's tokenizer, for tests/unit/test_tokenizer_fuzz.py.
//   node encode.mjs PATH/TO/tokenizers.mjs TOKENIZER.JSON < texts (a JSON list) > their ids (a JSON list of lists)
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [module, vocabulary] = process.argv.slice(2);
const { Tokenizer } = await import(pathToFileURL(module));
const tokenizer = new Tokenizer(JSON.parse(readFileSync(vocabulary, "utf8")), {});
const texts = JSON.parse(readFileSync(0, "utf8"));
const ids = texts.map((text) => (text ? tokenizer.encode(text, { add_special_tokens: false }).ids : []));
process.stdout.write(JSON.stringify(ids));
