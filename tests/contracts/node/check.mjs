// node check.mjs CONTRACTS — the contract as the tools of others read it; prints what is wrong as JSON.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { TypeScriptGenerator } from "@asyncapi/modelina";
import { Parser } from "@asyncapi/parser";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { compile } from "json-schema-to-typescript";

const home = process.argv[2];
const read = async (...name) => JSON.parse(await readFile(join(home, ...name), "utf8"));
const page = await readFile(join(home, "asyncapi.json"), "utf8");
const faults = [];

const { diagnostics } = await new Parser().parse(page);
faults.push(...diagnostics.map((one) => `parser: ${one.code} ${one.message} at ${one.path.join("/")}`));

const names = (await readdir(join(home, "schemas"))).sort();
const interfaces = new Set();
const models = new Set();
for (const name of names) {
  const schema = await read("schemas", name);
  try {
    const validate = formats(new Ajv({ strict: true, allErrors: true })).compile(schema);
    const example = await read("examples", name.replace(/\.(closed|open)\.json$/, ".json"));
    if (!validate(example)) faults.push(`ajv: ${name} ${JSON.stringify(validate.errors)}`);
  } catch (error) {
    faults.push(`ajv: ${name} ${error.message}`);
  }
  if (!name.endsWith(".open.json")) continue;
  const text = await compile(schema, schema.title, { bannerComment: "", format: false });
  for (const [, one] of text.matchAll(/export interface (\w+) /g)) interfaces.add(one);
  if (!interfaces.has(schema.title)) faults.push(`json-schema-to-typescript: ${name}`);
  const { $schema, ...known } = schema; // Modelina knows draft 7 by name, and none of what is newer stands here
  for (const one of await new TypeScriptGenerator().generate(known)) models.add(one.modelName);
  if (!models.has(schema.title)) faults.push(`modelina: ${name}`);
}

const made = [...models, ...interfaces].filter((name) => /anonymous|property|\d{2,}$/i.test(name));
faults.push(...made.map((name) => `a name that says nothing: ${name}`));
const counts = { schemas: names.length, interfaces: interfaces.size, models: models.size };
console.log(JSON.stringify({ ...counts, faults }));
