// A TCP proxy that is a bad network: it delays, cuts, and falls silent. It passes each byte once and in order, or not at all.
import { createServer, connect } from 'node:net';

const STALL_MS = 300; // about what TCP needs to find a lost packet

class Pair {
  constructor(proxy, client, server) {
    Object.assign(this, { proxy, client, server, silent: false });
    this.ends = [client, server];
    for (const [from, to] of [[client, server], [server, client]]) {
      from.on('data', (bytes) => this.#pass(bytes, to));
      from.on('end', () => this.#later(() => to.end()));
      from.on('error', () => {}); // close follows
      from.on('close', () => this.cut());
    }
  }

  /** In its turn: nothing overtakes what was given before. */
  #later(act) {
    if (this.silent) return;
    const { delayMs: steady, stallChance } = this.proxy;
    const delayMs = steady + (stallChance && Math.random() < stallChance ? STALL_MS : 0);
    if (!delayMs && !this.waiting) return act();
    this.waiting = (this.waiting ?? 0) + 1;
    const due = Math.max(this.due ?? 0, performance.now() + delayMs);
    this.due = due;
    setTimeout(() => {
      this.waiting--;
      if (!this.silent) act();
    }, due - performance.now());
  }

  #pass(bytes, to) {
    if (this.silent) return; // read and thrown away: to its sender the line looks open
    this.#later(() => {
      const { cutAfter } = this;
      if (cutAfter !== undefined && bytes.length >= cutAfter) {
        const part = bytes.subarray(0, cutAfter);
        this.silent = true; // what comes after the cut is not passed
        to.write(part, () => this.cut());
        return;
      }
      if (cutAfter !== undefined) this.cutAfter -= bytes.length;
      if (!to.destroyed) to.write(bytes);
    });
  }

  hold() {
    for (const end of this.ends) end.pause();
  }

  release() {
    for (const end of this.ends) end.resume();
  }

  /** Both ends are gone, as when a cable breaks and somebody says so. */
  cut() {
    this.silent = true;
    this.proxy.pairs.delete(this);
    for (const end of this.ends) end.destroy();
  }
}

export class Proxy {
  constructor() {
    this.pairs = new Set();
    this.delayMs = 0;
    this.stallChance = 0; // of each piece to come STALL_MS late
    this.held = false;
    this.closed = false; // true: who comes is turned away
    this.server = createServer({ noDelay: true }, (client) => {
      if (this.closed || !this.target) return client.destroy();
      const server = connect({ ...this.target, noDelay: true });
      const pair = new Pair(this, client, server);
      this.pairs.add(pair);
      if (this.held) pair.hold();
    });
  }

  /** A proxy on a free port; `target` ({host, port} or {path}) may be set later. */
  static async open(target) {
    const proxy = new Proxy();
    proxy.target = target;
    await new Promise((resolve, reject) => proxy.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  /** Every connection there is now. */
  cutAll() {
    for (const pair of [...this.pairs]) pair.cut();
  }

  /** Every connection there is now ends `bytes()` bytes on, wherever in a frame that is. */
  cutAmid(bytes) {
    for (const pair of this.pairs) pair.cutAfter = bytes();
  }

  /** Nothing is carried until release(); then everything is. */
  hold() {
    this.held = true;
    for (const pair of this.pairs) pair.hold();
  }

  release() {
    this.held = false;
    for (const pair of this.pairs) pair.release();
  }

  /** Every connection there is now stays open and carries nothing any more, in either direction; new ones work. Gives them. */
  silence() {
    const pairs = [...this.pairs];
    for (const pair of pairs) pair.silent = true;
    return pairs;
  }

  close() {
    this.closed = true;
    this.cutAll();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

/** Proxies in front of a world's gateways: `await board.open(n)` before they start, `via` in the world's options. */
export class Board {
  constructor() {
    this.free = [];
    this.taken = new Map(); // a gateway's address -> its proxy
  }

  async open(n) {
    for (let i = 0; i < n; i++) this.free.push(await Proxy.open());
  }

  of(gateway) {
    let proxy = this.taken.get(gateway.url);
    if (!proxy) {
      proxy = this.free.shift();
      if (!proxy) throw new Error('a gateway more than there are proxies');
      proxy.target = { host: '127.0.0.1', port: Number(new URL(gateway.url).port) };
      this.taken.set(gateway.url, proxy);
    }
    return proxy;
  }

  via = (gateway) => {
    const { port } = this.of(gateway);
    return { url: `http://127.0.0.1:${port}`, sockets: `ws://127.0.0.1:${port}` };
  };
}
