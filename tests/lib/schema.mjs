// The protocol's schemas as a judge: every frame of every test, in both directions, is held against gateway/protocol/.
import Ajv from 'ajv/dist/2020.js';
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('../../gateway/protocol/schemas/', import.meta.url);

export const schemas = Object.fromEntries(
  readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
    .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))]),
);

// Readers ignore members they do not know; a gateway that sends one the specification does not name is a defect all the same.
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  if (copy.type === 'object' && copy.properties && copy.additionalProperties === undefined) copy.additionalProperties = false;
  return copy;
}

const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: false });
for (const schema of Object.values(schemas)) ajv.addSchema(closed(schema));

/** Throws when a document is not what `file#/$defs/def` allows. */
export function checkDocument(file, def, document) {
  const validate = judge(file, def);
  if (!validate(document)) throw new Error(`${file}, ${def}: ${ajv.errorsText(validate.errors)}`);
}

const judges = new Map();
function judge(file, def) {
  const key = `${file}#/$defs/${def}`;
  if (!judges.has(key)) judges.set(key, schemas[file]?.$defs?.[def] ? ajv.getSchema(key) : null);
  return judges.get(key);
}

/** Throws when an entry of the feed, as a hash of texts, is not what feed.json says. */
export function checkFeed(entry) {
  const fail = (what, validate) => { throw new Error(`feed.json, ${what}: ${JSON.stringify(validate.errors[0])} in ${JSON.stringify(entry)}`); };
  const whole = judge('feed.json', 'entry');
  if (!whole(entry)) fail('entry', whole);
  const body = JSON.parse(entry.body), own = judge('feed.json', entry.kind);
  if (own) {
    if (!own(body)) fail(entry.kind, own);
    return;
  }
  // Everything else is the transcript's event, without what the entry itself says.
  checkFrame('gateway-to-visitor.json', { type: 'event', chat: Number(entry.chat), seq: Number(entry.seq), at: Number(entry.at), kind: entry.kind, ...body });
}

/** Throws with the reason when `frame` is not what `file` (say "gateway-to-agent.json") allows. */
export function checkFrame(file, frame) {
  if (frame === null || typeof frame !== 'object' || Array.isArray(frame)) throw new Error(`${file}: a frame is a JSON object, not ${JSON.stringify(frame)}`);
  const isEvent = frame.type === 'event' && file.startsWith('gateway-');
  const validate = isEvent ? judge('event.json', frame.kind) : judge(file, frame.type);
  const name = isEvent ? `event ${frame.kind}` : frame.type;
  if (!validate) throw new Error(`${file} knows no frame "${name}": ${JSON.stringify(frame).slice(0, 300)}`);
  if (validate(frame)) return;
  const { instancePath, message, params } = validate.errors[0];
  throw new Error(`${file}, ${name}: ${instancePath || '/'} ${message} ${JSON.stringify(params)} in ${JSON.stringify(frame).slice(0, 600)}`);
}
