// The servers we are measured beside, each ready for the same relay: {name, pids, args} for the generator, and stop().
import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, start, stop } from '../lib/children.mjs';
import { until } from '../lib/wait.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

async function node(name, script, args) {
  const child = start(process.execPath, [join(here, 'peers', script)]);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (said += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (said += chunk));
  const [, port] = await until(`${name} to listen`, () => {
    if (child.exitCode !== null) throw new Error(`${name} ended: ${said}`);
    return /listening (\d+)/.exec(said);
  });
  return { name, pids: [child.pid], args: ['--port', port, ...args], stop: () => stop(child) };
}

export const ws = () => node('node ws', 'relay_ws.mjs', ['--path-a', '/a/%u', '--path-b', '/b/%u', '--path-idle', '/idle/%u']);

const eio = (side) => `/socket.io/?EIO=4&transport=websocket&side=${side}&number=%u`;
export const socketio = () => node('socket.io', 'relay_socketio.mjs',
  ['--path-a', eio('a'), '--path-b', eio('b'), '--path-idle', eio('idle'), '--socketio', '--prefix', '42["m","', '--suffix', '"]']);

const module = '/usr/lib/nginx/modules/ngx_nchan_module.so';

async function nchan(name, durable) {
  if (!existsSync(module)) throw new Error('nginx with nchan is not installed: deploy/install-packages load');
  const folder = mkdtempSync(join(tmpdir(), 'fl-nchan-'));
  const port = await freePort();
  const redisPort = await freePort();
  const pids = [];
  let redis;
  if (durable) {
    redis = start('redis-server', ['--port', String(redisPort), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', durable]);
    redis.stdout.resume();
    await until('the Redis of nchan', () => run('redis-cli', ['-p', String(redisPort), 'PING']).then(({ code }) => code === 0));
    pids.push(redis.pid);
  }
  writeFileSync(join(folder, 'nginx.conf'), `
load_module ${module};
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log warn; worker_rlimit_nofile 20000;
events { worker_connections 19990; }
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  ${redis ? `upstream store { nchan_redis_server "redis://127.0.0.1:${redisPort}"; }` : ''}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location ~ ^/a/(.+)$ { nchan_publisher websocket; nchan_channel_id $1; ${redis ? 'nchan_redis_pass store;' : ''} }
    location ~ ^/b/(.+)$ { nchan_subscriber websocket; nchan_channel_id $1; nchan_subscriber_first_message newest; ${redis ? 'nchan_redis_pass store;' : ''} }
  }
}`);
  const child = start('/usr/sbin/nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: 'ignore' });
  await until('nginx to listen', () => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${existsSync(join(folder, 'error.log')) ? readFileSync(join(folder, 'error.log'), 'utf8') : ''}`);
    return fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false);
  });
  const workers = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
  return {
    name, pids: workers, redisPids: pids, args: ['--port', String(port), '--path-a', '/a/%u', '--path-b', '/b/%u', '--path-idle', '/b/idle%u'],
    async stop() {
      await stop(child, 'SIGQUIT', 3000);
      if (redis) await stop(redis);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const nchanAlone = () => nchan('nchan', '');
export const nchanRedis = (durable = 'everysec') => nchan('nchan + Redis', durable);
