// What /ws/echo must say, and in which order. A case is [name, steps, what must have come at its end, how].
// A step is bytes to send, or the number of things that must have come before the case goes on: so it is seen that they did not wait for more.
//   how.chop: bytes a segment; how.ours: the client closes first
import { binary, close, everyBytes, frame, last, more, ping, pong, text } from './raw.mjs';

const hello = 'Hello, world!';
const codes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const noCodes = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535];
const kosme = Buffer.from('ceba e1bdb9 cf83 cebc ceb5'.replaceAll(' ', ''), 'hex');
const segments = [undefined, 1];
const how = (chop) => (chop ? ', byte by byte' : '');
const tenPings = Array.from({ length: 10 }, (_, i) => i);

const pings = [
  ['an empty ping', [ping('')], ['pong ']],
  ['a ping of 125 bytes', [ping('p'.repeat(125))], [`pong ${'p'.repeat(125)}`]],
  ['a ping of 125 bytes, byte by byte', [ping('p'.repeat(125))], [`pong ${'p'.repeat(125)}`], { chop: 1 }],
  ['pongs nobody asked for, then a ping', [pong('nobody'), pong(''), ping('who')], ['pong who']],
  ['ten pings, each after the answer to the last', tenPings.flatMap((i) => [ping(`payload ${i}`), i + 1]), tenPings.map((i) => `pong payload ${i}`)],
  ['ten pings, each after the answer to the last, byte by byte', tenPings.flatMap((i) => [ping(`payload ${i}`), i + 1]), tenPings.map((i) => `pong payload ${i}`), { chop: 1 }],
];

const wrongFrames = [
  ...[1, 2, 3, 4, 5, 6, 7].map((rsv) => [`reserved bits ${rsv}`, (opcode) => frame(opcode, hello, { rsv })]),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [`opcode ${opcode}`, () => frame(opcode, opcode % 2 ? '' : hello)]),
];
const failing = [
  ...wrongFrames.map(([name, bytes]) => [`${name}, and nothing else`, [bytes(1)], ['close 1002']]),
  ...wrongFrames.flatMap(([name, bytes]) => segments.map((chop) => [`a message, ${name}, a ping: the message is still answered${how(chop)}`, [[text(hello), bytes(1), ping('late')]], [`text ${hello}`, 'close 1002'], { chop }])),
  ...[2, 8, 9, 10].map((opcode) => [`reserved bits on opcode ${opcode}`, [frame(opcode, opcode === 8 ? Buffer.from([3, 232]) : hello, { rsv: 7 })], ['close 1002']]),
];

const fragments = [
  ['fragments and a ping: the pong comes first', [[text('one', { fin: false }), ping('now'), last('two')]], ['pong now', 'text onetwo']],
  ['fragments and a ping, byte by byte', [[text('one', { fin: false }), ping('now'), last('two')]], ['pong now', 'text onetwo'], { chop: 1 }],
  ['a ping is answered before the message has ended', [[text('1', { fin: false }), more('2', { fin: false }), ping('first')], 1, [more('3'), more('4'), ping('second'), last('5')]], ['pong first', 'pong second', 'text 12345']],
  ['a ping is answered before the message has ended, byte by byte', [[text('1', { fin: false }), more('2'), ping('first')], 1, [more('3'), more('4'), ping('second'), last('5')]], ['pong first', 'pong second', 'text 12345'], { chop: 1 }],
  ['a fragmented message of empty fragments', [[text('', { fin: false }), more(''), last('')]], ['text ']],
  ['an empty fragment, the words, an empty fragment', [[text('', { fin: false }), more('words'), last('')]], ['text words']],
  ...[true, false].flatMap((fin) => segments.map((chop) => [`a continuation of nothing ${fin ? 'with' : 'without'} FIN, then a message${how(chop)}`, [[last('none', { fin }), text(hello)]], ['close 1002'], { chop }])),
  ...segments.map((chop) => [`two messages begun at once${how(chop)}`, [[text('1', { fin: false }), last('2'), last('3', { fin: false }), text('4')]], ['text 12', 'close 1002'], { chop }]),
  ...segments.map((chop) => [`a message amid fragments${how(chop)}`, [[text('1', { fin: false }), text('2')]], ['close 1002'], { chop }]),
  ['a fragmented ping', [[ping('1', { fin: false }), last('2')]], ['close 1002']],
  ['a fragmented pong', [[pong('1', { fin: false }), last('2')]], ['close 1002']],
];

const utf8 = [
  ['the bad byte is refused while the frame goes on', [text(Buffer.concat([kosme, Buffer.from([0xf4]), Buffer.from([0x90])]), { length: 64 })], ['close 1007'], { open: true }],
  ['the bad fragment is refused while the message goes on', [[text(kosme, { fin: false }), more(Buffer.from([0xf4, 0x90]))]], ['close 1007']],
  ['a character cut by the end of a fragment is waited for', [[text(kosme.subarray(0, 3), { fin: false }), ping('here')], 1, last(kosme.subarray(3))], ['pong here', `text ${kosme}`]],
  ['a character cut by a ping', [[text(kosme.subarray(0, 1), { fin: false }), ping('a'), last(kosme.subarray(1))]], ['pong a', `text ${kosme}`]],
];

const closing = [
  ['a message, then close', [[text(hello), close(1000)]], [`text ${hello}`, 'close 1000'], { ours: true }],
  ['close, then a message', [[close(1000), text(hello)]], ['close 1000'], { ours: true }],
  ['close, then a ping', [[close(1000), ping('late')]], ['close 1000'], { ours: true }],
  ['close twice', [[close(1000), close(1000)]], ['close 1000'], { ours: true }],
  ['a first fragment, close, a last fragment', [[text('1', { fin: false }), close(1000), last('2')]], ['close 1000'], { ours: true }],
  ['close without a code', [close()], ['close null'], { ours: true }],
  ['close with half a code', [close(Buffer.from([3]))], ['close 1002'], { ours: true }],
  ['close with a reason', [close(1000, 'done')], ['close 1000'], { ours: true }],
  ['close with a reason of 123 bytes', [close(1000, 'r'.repeat(123))], ['close 1000'], { ours: true }],
  ['close with a reason that is no UTF-8', [close(1000, Buffer.from('cebaeda080', 'hex'))], ['close 1007'], { ours: true }],
  ...codes.map((code) => [`close ${code}`, [close(code)], [`close ${code}`], { ours: true }]),
  ...noCodes.map((code) => [`close ${code} is no code`, [close(code)], ['close 1002'], { ours: true }]),
];

const megabytes = (n) => 'x'.repeat(n << 20);
const limits = [
  ['a text of 4 MiB in fragments of 64 bytes', [everyBytes(megabytes(4), 64)], ['text of 4194304 bytes']],
  ['a binary message of 1 MiB in segments of 2,048', [binary(megabytes(1))], ['binary of 1048576 bytes'], { chop: 2048 }],
  ['a message of 65,536 bytes in fragments of 1,300', [everyBytes('x'.repeat(65_536), 1300)], ['text of 65536 bytes']],
  ['two messages of 16 MiB, one after the other', [text(megabytes(16)), 1, binary(megabytes(16))], ['text of 16777216 bytes', 'binary of 16777216 bytes']],
];

export const echoes = { pings, failing, fragments, utf8, closing, limits };
