// A websocket client of bare bytes: it sends whatever it is told, wrong or right, and holds every byte it gets against RFC 6455.
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { within } from '../lib/wait.mjs';
import { slowness } from '../lib/gateway.mjs';

const CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
const bytesOf = (data) => (typeof data === 'string' ? Buffer.from(data) : data);

/**
 * One frame. `form` is the length's encoding (7, 16 or 64 bits; the shortest by default), `length` what it claims (the truth by default),
 * `mask` the key, or false for none.
 */
export function frame(opcode, data = '', { fin = true, rsv = 0, mask = randomBytes(4), form, length } = {}) {
  const payload = bytesOf(data);
  const claimed = BigInt(length ?? payload.length);
  const bits = form ?? (claimed < 126n ? 7 : claimed < 65536n ? 16 : 64);
  const head = Buffer.alloc(2 + (bits === 7 ? 0 : bits / 8));
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (mask ? 0x80 : 0) | (bits === 7 ? Number(claimed) : bits === 16 ? 126 : 127);
  if (bits === 16) head.writeUInt16BE(Number(claimed), 2);
  if (bits === 64) head.writeBigUInt64BE(claimed, 2);
  if (!mask) return Buffer.concat([head, payload]);
  const masked = Buffer.from(payload);
  for (let i = 0; i < masked.length; i++) masked[i] ^= mask[i & 3];
  return Buffer.concat([head, mask, masked]);
}
export const text = (data, how) => frame(TEXT, data, how);
export const binary = (data, how) => frame(BINARY, data, how);
export const more = (data, how) => frame(CONTINUATION, data, { fin: false, ...how });
export const last = (data, how) => frame(CONTINUATION, data, how);
export const ping = (data, how) => frame(PING, data, how);
export const pong = (data, how) => frame(PONG, data, how);
/** close() has no payload; `code` may also be the whole payload. */
export function close(code, reason = '', how) {
  if (code === undefined) return frame(CLOSE, '', how);
  if (typeof code !== 'number') return frame(CLOSE, code, how);
  return frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 255]), bytesOf(reason)]), how);
}
/** A text (or binary) message cut into pieces at the given offsets. */
export function pieces(data, offsets, opcode = TEXT) {
  const whole = bytesOf(data);
  const marks = [0, ...offsets, whole.length];
  return marks.slice(1).map((end, i) => frame(i === 0 ? opcode : CONTINUATION, whole.subarray(marks[i], end), { fin: i === offsets.length }));
}
/** … into pieces of `size` bytes. */
export function everyBytes(data, size, opcode = TEXT) {
  const offsets = [];
  for (let at = size; at < bytesOf(data).length; at += size) offsets.push(at);
  return pieces(data, offsets, opcode);
}

/** A handshake as a browser sends it. `change` replaces header lines (undefined removes one), `add` is put at the end as it is. */
export function handshake(gateway, { path = '/ws/visitor', line, protocol = 'firstline.visitor.v1', key = randomBytes(16).toString('base64'), change = {}, add = '', end = '\r\n' } = {}) {
  const headers = { Host: new URL(gateway.url).host, Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Key': key, 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Protocol': protocol, ...change };
  const lines = Object.entries(headers).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${value}${end}`);
  return { key, bytes: Buffer.from(`${line ?? `GET ${path} HTTP/1.1`}${end}${lines.join('')}${add}${end}`, 'latin1') };
}

export class Raw {
  constructor(gateway) {
    this.gateway = gateway;
    this.head = null; // of the answer: {status, headers, text}
    this.messages = []; // {opcode, data}
    this.pongs = [];
    this.order = []; // everything that came, in words: 'text …', 'binary …', 'pong …', 'close CODE'
    this.pings = 0;
    this.close = null; // the gateway's close frame: {code, reason}
    this.failures = [];
    this.answers = { ping: true, close: true };
    this.rest = Buffer.alloc(0);
    this.pieces = []; // what came after `rest`, put together once `wanted` bytes are there
    this.wanted = 0;
    this.parts = null;
    this.watchers = new Set();
    this.socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.on('error', (error) => (this.error = error));
    this.ended = new Promise((resolve) => this.socket.once('close', resolve)).then(() => { this.gone = true; this.#tell(); });
    this.socket.on('data', (bytes) => this.#got(bytes));
  }

  /** Opens a websocket; `first` goes out in the same segment as the handshake. */
  static async open(gateway, { first, chop, ...how } = {}) {
    const raw = new Raw(gateway);
    const { key, bytes } = handshake(gateway, how);
    raw.key = key;
    await raw.send(first ? Buffer.concat([bytes, first]) : bytes, { chop });
    await raw.until('the upgrade', () => raw.head);
    if (raw.head.status !== 101) throw new Error(`the upgrade was answered ${raw.head.text}`);
    return raw;
  }

  /** `chop`: so many bytes a segment, each on its own. */
  async send(bytes, { chop } = {}) {
    const all = Array.isArray(bytes) ? Buffer.concat(bytes) : bytes;
    if (!chop) { this.socket.write(all); return; }
    for (let at = 0; at < all.length && !this.gone; at += chop) {
      this.socket.write(all.subarray(at, at + chop));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  until(what, look, ms = 8000) {
    let watcher;
    const seen = new Promise((resolve, reject) => {
      watcher = () => {
        const found = look();
        if (found) resolve(found);
        else if (this.gone) reject(new Error(`the connection ended before ${what}${this.close ? `, closed with ${this.close.code} ${this.close.reason}` : ''}`));
      };
    });
    this.watchers.add(watcher);
    watcher();
    return within(what, seen, ms * slowness).finally(() => this.watchers.delete(watcher));
  }

  cut() { this.socket.destroy(); }

  #tell() { for (const watcher of [...this.watchers]) watcher(); }

  #got(bytes) {
    this.pieces.push(bytes);
    this.wanted -= bytes.length;
    if (this.wanted > 0) return;
    this.rest = Buffer.concat([this.rest, ...this.pieces.splice(0)]);
    if (!this.head) this.#readHead();
    if (this.head?.status === 101) while (this.#readFrame());
    this.#tell();
  }

  #readHead() {
    const end = this.rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    const [first, ...lines] = this.rest.subarray(0, end).toString('latin1').split('\r\n');
    this.rest = this.rest.subarray(end + 4);
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    this.head = { status: Number(first.split(' ')[1]), headers, text: first };
    if (this.head.status !== 101 || !this.key) return;
    const expected = createHash('sha1').update(`${this.key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    if (headers['sec-websocket-accept'] !== expected) this.failures.push('a wrong Sec-WebSocket-Accept');
    if (headers['sec-websocket-extensions']) this.failures.push('an extension nobody has');
  }

  #readFrame() {
    const b = this.rest;
    if (b.length < 2) return false;
    const size = b[1] & 0x7f;
    const head = size < 126 ? 2 : size === 126 ? 4 : 10;
    if (b.length < head) return false;
    const length = size < 126 ? size : size === 126 ? b.readUInt16BE(2) : Number(b.readBigUInt64BE(2));
    this.wanted = head + length - b.length;
    if (this.wanted > 0) return false;
    this.rest = b.subarray(head + length);
    this.#check(b, size, length);
    this.#take(b[0] & 15, Boolean(b[0] & 0x80), b.subarray(head, head + length));
    return true;
  }

  #check(b, size, length) {
    const opcode = b[0] & 15;
    if (this.close) this.failures.push(`a frame of opcode ${opcode} after the close frame`);
    if (b[0] & 0x70) this.failures.push('reserved bits');
    if (b[1] & 0x80) this.failures.push('a masked frame');
    if ((size === 126 && length < 126) || (size === 127 && length < 65536)) this.failures.push(`${length} in the longer form`);
    if (opcode >= CLOSE && (length > 125 || !(b[0] & 0x80))) this.failures.push('a long or fragmented control frame');
  }

  #take(opcode, fin, data) {
    if (opcode === PING) {
      this.pings++;
      if (this.answers.ping) this.socket.write(pong(data));
    } else if (opcode === PONG) {
      this.pongs.push(data);
      this.order.push(`pong ${data}`);
    } else if (opcode === CLOSE) this.#takeClose(data);
    else if (opcode > BINARY || (opcode === CONTINUATION) !== Boolean(this.parts)) this.failures.push(`opcode ${opcode} where it does not belong`);
    else {
      this.parts ??= { opcode, data: [] };
      this.parts.data.push(data);
      if (fin) {
        const message = { opcode: this.parts.opcode, data: Buffer.concat(this.parts.data) };
        this.messages.push(message);
        this.order.push(`${message.opcode === TEXT ? 'text' : 'binary'} ${message.data.length > 100 ? `of ${message.data.length} bytes` : message.data}`);
        this.parts = null;
      }
    }
  }

  #takeClose(data) {
    if (data.length === 1) this.failures.push('a close frame with half a code');
    this.close = { code: data.length > 1 ? data.readUInt16BE(0) : null, reason: data.subarray(2) };
    this.order.push(`close ${this.close.code}`);
    if (this.close.reason.length && !Buffer.from(this.close.reason.toString()).equals(this.close.reason)) this.failures.push('a close reason that is no UTF-8');
    if (this.answers.close && !this.closing) this.socket.write(close(1000));
  }
}
