// Every process a test starts is known here, and ended by its pid when the test's process ends, however that happens.
import { spawn } from 'node:child_process';

const alive = new Set();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const [signal, status] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.once(signal, () => process.exit(status));

/** spawn() that remembers; `child.ended` resolves to {code, signal}. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  alive.add(child);
  child.ended = new Promise((resolve) => {
    child.once('error', (error) => { alive.delete(child); resolve({ code: null, signal: null, error }); });
    child.once('exit', (code, signal) => { alive.delete(child); resolve({ code, signal }); });
  });
  return child;
}

/** Runs a program to its end; gives {code, stdout, stderr}. */
export async function run(program, args, { input, ms = 20_000, ...options } = {}) {
  const child = start(program, args, { ...options, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (stderr += chunk));
  if (input !== undefined) child.stdin.end(input);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  const { code, signal, error } = await child.ended;
  if (error) throw error;
  await closed;
  clearTimeout(timer);
  if (signal) throw new Error(`${program} ${args.join(' ')} was ended by ${signal} after ${ms} ms\n${stdout}${stderr}`);
  return { code, stdout, stderr };
}

/** Ends a child with `signal`; the next one is SIGKILL after `ms`. Gives {code, signal}. */
export async function stop(child, signal = 'SIGTERM', ms = 15_000) {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  const end = await child.ended;
  clearTimeout(timer);
  return end;
}
