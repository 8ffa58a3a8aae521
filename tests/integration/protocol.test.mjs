// The specification itself: valid AsyncAPI, valid schemas, no frame left out of either, and examples in the prose that are true.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import AjvDraft7 from 'ajv';
import Ajv from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { checkFrame, schemas } from '../lib/schema.mjs';

const folder = new URL('../../gateway/protocol/', import.meta.url);
const asyncapi = parse(readFileSync(new URL('asyncapi.yaml', folder), 'utf8'));
const prose = readFileSync(new URL('README.md', folder), 'utf8');

test('asyncapi.yaml is valid AsyncAPI 3.0', () => {
  const spec = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');
  const ajv = new AjvDraft7({ strict: false, allErrors: false, validateFormats: false });
  const validate = ajv.compile(spec);
  assert.ok(validate(asyncapi), JSON.stringify(validate.errors));
});

test('every frame of every schema is a message of asyncapi.yaml, and the other way round', () => {
  const named = new Set();
  for (const message of Object.values(asyncapi.components.messages)) {
    const { $ref } = message.payload.schema;
    const [file, pointer] = $ref.replace('schemas/', '').split('#/$defs/');
    assert.ok(schemas[file], $ref);
    if (pointer) {
      assert.ok(schemas[file].$defs[pointer], $ref);
      assert.equal(schemas[file].$defs[pointer].properties.type.const, message.name, $ref);
    }
    named.add($ref.replace('schemas/', ''));
  }
  for (const [file, schema] of Object.entries(schemas)) {
    if (!/^(visitor|agent|gateway)-to-/.test(file)) continue;
    for (const def of Object.keys(schema.$defs)) assert.ok(named.has(`${file}#/$defs/${def}`), `${file} ${def} is not in asyncapi.yaml`);
  }
  for (const [name, channel] of Object.entries(asyncapi.channels)) {
    const used = Object.values(asyncapi.operations).filter((operation) => operation.channel.$ref === `#/channels/${name}`).flatMap((operation) => operation.messages.map((message) => message.$ref.split('/').at(-1)));
    assert.deepEqual(used.sort(), Object.keys(channel.messages).sort());
  }
});

test('every schema compiles strictly, demands the members it names, and refuses wrong types of each', () => {
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true });
  for (const schema of Object.values(schemas)) ajv.addSchema(schema);
  for (const [file, schema] of Object.entries(schemas)) {
    if (!/-to-/.test(file)) continue;
    for (const [name, def] of Object.entries(schema.$defs)) {
      const validate = ajv.getSchema(`${file}#/$defs/${name}`);
      assert.equal(validate({}), false, `${file} ${name} takes an empty object`);
      assert.equal(validate([]), false);
      assert.ok(def.required.includes('type'), `${file} ${name} does not demand its type`);
      for (const [member, rule] of Object.entries(def.properties)) {
        if (member === 'type') continue;
        const one = ajv.compile({ ...(rule.$ref?.startsWith('#') ? { $ref: `${file}${rule.$ref}` } : rule), $id: `x-${file}-${name}-${member}.json` });
        const wrong = [{}, [], 'a word that is no number', -1, true, null].filter((value) => one(value));
        assert.ok(wrong.length <= 2, `${file} ${name}.${member} takes nearly anything: ${JSON.stringify(wrong)}`);
      }
    }
  }
});

test('every frame and event kind is in README.md, and its JSON examples are valid frames', () => {
  for (const [file, schema] of Object.entries(schemas)) {
    if (!/-to-|^event/.test(file)) continue;
    for (const def of Object.keys(schema.$defs)) assert.ok(prose.includes(`\`${def}\``) || prose.includes(`"type":"${def}"`), `README.md does not mention ${def} of ${file}`);
  }
  for (const code of schemas['common.json'].$defs.error_code.enum) assert.ok(prose.includes(`\`${code}\``), `README.md does not explain ${code}`);
  let examples = 0;
  for (const [, side, lines] of prose.matchAll(/```json (\S+)\n([\s\S]*?)```/g)) {
    for (const line of lines.trim().split('\n')) {
      const [, arrow, json] = /^(→|←) (.+)$/.exec(line) ?? assert.fail(`neither → nor ←: ${line}`);
      checkFrame(arrow === '→' ? `${side}-to-gateway.json` : `gateway-to-${side}.json`, JSON.parse(json));
      examples++;
    }
  }
  assert.ok(examples >= 12, `${examples} examples`);
});
