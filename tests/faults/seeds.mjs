// Bugs of the kinds that lose messages, planted into copies of the sources: the program with one of them must not pass. The product carries
// no switches for this: a changed file is compiled beside the others of build/ and linked in front of them.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { run } from '../lib/children.mjs';
import { root } from '../lib/gateway.mjs';

const build = join(root, 'build');

// what: kinds the checker must find; change: [file, its text, what stands there instead]
export const seeds = [
  {
    name: 'a message sent again is stored again', fault: 'redis-stop-long', finds: ['doubled'],
    change: [
      ['router/functions/40-visitor.lua', "if redis.call('HSETNX', mids, field, string.format('%d', c.seq + 1)) == 0 then", 'if false then'],
      ['router/functions/60-agent.lua', "if redis.call('HSETNX', base .. ':mids', field, string.format('%d', c.seq + 1)) == 0 then", 'if false then'],
    ],
  },
  {
    name: 'acknowledged before it is written', fault: 'redis-kill', finds: ['lost'],
    change: [
      ['gateway/visitor_say.c', 'void visitor_say(struct visitor *v, const json_t *frame)', 'static void ack(struct visitor *v, struct span mid, const struct result *r);\nvoid visitor_say(struct visitor *v, const json_t *frame)'],
      ['gateway/visitor_say.c', '    learn_lang(v, s.text);\n', `    learn_lang(v, s.text);
    if (v->follow.topic) {
        const struct result early = {.chat = v->follow.chat, .seq = v->follow.next_seq, .at_ms = v->g->now_ms};
        ack(v, s.mid, &early);
    }
`],
    ],
  },
  {
    name: 'holes are not read', fault: 'redis-drops-pubsub', finds: ['lost'],
    change: [
      ['gateway/topic.c', 'if (f->next_seq == e->seq && f->kind->space(f)) {', 'if (f->next_seq && f->next_seq <= e->seq && f->kind->space(f)) {\n            f->next_seq = e->seq;'],
      ['gateway/topic.c', '            if (p) {\n                catch_up(p);\n            }\n', ''],
      ['gateway/topic.c', '            p->again = true;\n            catch_up(p);\n        }\n    }\n}\n\nstatic void page', '            (void)p;\n        }\n    }\n}\n\nstatic void page'],
      ['gateway/web/widget/chat.ts', '    if (seq > last + 1) return link.again_();\n', ''],
      ['gateway/web/desk/store.ts', '      if (e.seq > chat.head + 1) return { ...state, hole: true };\n', ''],
    ],
  },
  {
    // As when a gateway takes the number by a request of its own, before the one that appends.
    name: 'seq is taken outside', fault: 'redis-stop-long', finds: ['lost'],
    change: [['router/functions/40-visitor.lua', "  if redis.call('HSETNX', mids, field,", `  local counter = site .. ':chat:' .. c.n .. ':counter'
  c.seq = math.max(c.seq, tonumber(redis.call('GET', counter) or 0))
  redis.call('SET', counter, c.seq + 1)
  if redis.call('HSETNX', mids, field,`]],
  },
  {
    // As clients would ask for what is newer than the last they saw, by clocks that differ a little.
    name: 'resume goes by time', fault: 'gateway-kill', finds: ['lost'],
    change: [['router/functions/50-read.lua', "  return { 'ok', n, c.phase, c.seq, agent,", `  local since = after > 0 and redis.call('XRANGE', site .. ':chat:' .. n .. ':log', after .. '-0', '+') or {}
  for i = 2, #since do if since[i][2][2] - since[1][2][2] <= 100 then after = after + 1 end end
  return { 'ok', n, c.phase, c.seq, agent,`]],
  },
];

/** The files of a seed as they are to be: path -> text. Each change must fit in exactly one place. */
export function changed({ change }) {
  const files = new Map();
  for (const [path, from, to] of change) {
    const text = files.get(path) ?? readFileSync(join(root, path), 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${path} does not have exactly once: ${from}`);
    files.set(path, text.replace(from, () => to));
  }
  return files;
}

async function shell(command) {
  const { code, stdout, stderr } = await run('sh', ['-c', command], { cwd: build, ms: 120_000 });
  if (code !== 0) throw new Error(`${command.slice(0, 300)}: ${stderr || stdout}`);
  return stdout;
}

/** Compiles `source` in the way `original` is. */
async function compile(original, source, object) {
  const { command } = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8')).find(({ file }) => file === original);
  await shell(command.replace(/ -o \S+ -c \S+$/, () => ` -w -o ${object} -c ${source}`));
  return object;
}

/** The Functions library with some of its files changed, as an object. */
function compileLibrary(files, folder) {
  const names = readdirSync(join(root, 'router/functions')).filter((name) => name.endsWith('.lua')).sort();
  const text = names.map((name) => files.get(`router/functions/${name}`) ?? readFileSync(join(root, 'router/functions', name), 'utf8')).join('');
  const original = join(build, 'router/library_text.S');
  writeFileSync(join(folder, 'library.lua'), text);
  writeFileSync(join(folder, 'library.S'), readFileSync(original, 'utf8').replace(/\.incbin "[^"]*"/, `.incbin "${join(folder, 'library.lua')}"`));
  return compile(original, join(folder, 'library.S'), join(folder, 'library.o'));
}

/** Builds a seed's program; gives {folder, env: for a job that is to use it, remove()}. */
export async function plant(seed) {
  const folder = mkdtempSync(join(tmpdir(), 'fl-seed-'));
  const files = changed(seed);
  const objects = [];
  const env = { FIRSTLINE_BIN: join(folder, 'firstline') };
  if ([...files.keys()].some((path) => path.endsWith('.lua'))) objects.push(await compileLibrary(files, folder));
  for (const [path, text] of files) {
    if (!path.endsWith('.c')) continue;
    const source = join(folder, basename(path));
    writeFileSync(source, text);
    objects.push(await compile(join(root, path), source, `${source}.o`));
  }
  const link = (await shell('ninja -t commands gateway/firstline')).trim().split('\n').at(-1);
  await shell(link.replace(' -o gateway/firstline ', () => ` -o ${env.FIRSTLINE_BIN} ${objects.join(' ')} `));
  if ([...files.keys()].some((path) => path.endsWith('.ts'))) {
    env.FAULTS_WEB = join(folder, 'web');
    mkdirSync(env.FAULTS_WEB);
    for (const part of ['widget', 'desk']) cpSync(join(root, 'gateway/web', part), join(env.FAULTS_WEB, part), { recursive: true });
    symlinkSync(join(root, 'gateway/web/node_modules'), join(env.FAULTS_WEB, 'node_modules'));
    for (const [path, text] of files) if (path.endsWith('.ts')) writeFileSync(join(folder, path.slice('gateway/'.length)), text);
  }
  return { folder, env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
