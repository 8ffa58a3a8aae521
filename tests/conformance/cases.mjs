// What is sent on an open websocket, and what must come of it. A case is [name, bytes, expectation, how].
//   lives(n)      n messages are answered, the socket goes on (how.pongs: payloads of websocket pongs that must have come)
//   ends(code…)   the gateway closes with one of these codes, then the connection ends
//   drops()       the connection ends without a close frame
//   closes(code)  the client has closed, and is answered with this code
// `how`: chop = bytes a segment; gap = what RFC 6455 wants and libwebsockets does not give: see gateway/protocol/README.md.
import { binary, close, everyBytes, frame, last, more, pieces, ping, pong, text } from './raw.mjs';

export const lives = (answers = 1) => ({ answers });
export const ends = (...codes) => ({ codes });
export const drops = () => ({ dropped: true });
/** The client's close frame is answered: with the same code (null: none). */
export const closes = (code) => ({ codes: [code], answered: true });

const hello = '{"type":"ping"}';
/** A message of exactly so many bytes, answered with one pong. */
export const sized = (bytes) => `{"type":"ping","x":"${'x'.repeat(bytes - 22)}"}`;
const hex = (digits) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const megabyte = 'x'.repeat(1 << 20);

const framing = [
  ...[22, 100, 124, 125, 126, 127, 128, 255, 256, 511, 512, 513, 1000, 4095, 4096, 4097, 8192, 16_383, 16_384].map((n) => [`a message of ${n} bytes`, text(sized(n)), lives()]),
  ...[126, 127, 513, 4096].map((n) => [`a message of ${n} bytes in segments of 50`, text(sized(n)), lives(), { chop: 50 }]),
  ['a message of 0 bytes is no object', text(''), ends(1007)],
  ['a message of 1 byte is no object', text('{'), ends(1007)],
  ['a message of 16,385 bytes', text(sized(16_385)), ends(1009)],
  ['a message of 65,535 bytes', text(sized(65_535)), ends(1009)],
  ['a message of 65,536 bytes', text(sized(65_536)), ends(1009)],
  ['a message of a megabyte', text(megabyte), ends(1009)],
  ['15 bytes, length in 16 bits', text(hello, { form: 16 }), lives(), { gap: 'lengths longer than needed are taken' }],
  ['15 bytes, length in 64 bits', text(hello, { form: 64 }), lives(), { gap: 'lengths longer than needed are taken' }],
  ['126 bytes, length in 64 bits', text(sized(126), { form: 64 }), lives(), { gap: 'lengths longer than needed are taken' }],
  ['0 bytes, length in 16 bits', text('', { form: 16 }), ends(1007)],
  ['0 bytes, length in 64 bits', text('', { form: 64 }), ends(1007)],
  ['a length with the highest bit set', text('x', { length: 1n << 63n }), drops()],
  ['a length with all bits set', text('x', { length: (1n << 64n) - 1n }), drops()],
  ['a length of 2^62 and 17,000 bytes of it', text('x'.repeat(17_000), { length: 1n << 62n }), ends(1009)],
  ['a length of 2^32 and 17,000 bytes of it', text('x'.repeat(17_000), { length: 1n << 32n }), ends(1009)],
  ...[1, 2, 3, 4, 5, 6, 7].map((rsv) => [`reserved bits ${rsv} on a text frame`, text(hello, { rsv }), ends(1002)]),
  ['a reserved bit on a binary frame', binary('x', { rsv: 4 }), ends(1002)],
  ['a reserved bit on a ping', ping('x', { rsv: 4 }), ends(1002)],
  ['a reserved bit on a pong', pong('x', { rsv: 2 }), ends(1002)],
  ['a reserved bit on a close frame', close(1000, '', { rsv: 1 }), ends(1002)],
  ['a reserved bit on a continuation', [text('{"type":', { fin: false }), last('"ping"}', { rsv: 4 })], ends(1002)],
  ['a reserved bit on an empty frame', text('', { rsv: 4 }), ends(1002)],
  ['a reserved bit after a message', [text(hello), text(hello, { rsv: 4 })], ends(1002)],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [`reserved opcode ${opcode}`, frame(opcode, ''), ends(1002)]),
  ...[3, 11].map((opcode) => [`reserved opcode ${opcode} with a payload`, frame(opcode, 'payload'), ends(1002)]),
  ...[4, 12].map((opcode) => [`reserved opcode ${opcode} amid a fragmented message`, [text('{"type"', { fin: false }), frame(opcode, ''), last(':"ping"}')], ends(1002)]),
  ['reserved opcode 5 without FIN', frame(5, 'x', { fin: false }), ends(1002)],
  ['reserved opcode 7 after a message', [text(hello), frame(7, '')], ends(1002)],
  ['a binary frame', binary(hello), ends(1003)],
  ['an empty binary frame', binary(''), ends(1003)],
  ['a binary frame of 100,000 bytes', binary('x'.repeat(100_000)), ends(1003)],
  ['a fragmented binary message', pieces(hello, [5, 9], 2), ends(1003)],
  ['a binary frame after a message', [text(hello), binary('x')], ends(1003)],
  ['a mask of zeros', text(hello, { mask: Buffer.alloc(4) }), lives()],
  ['a mask of ones', text(hello, { mask: Buffer.alloc(4, 255) }), lives()],
  ['a mask with one byte that is not zero', text(hello, { mask: hex('00 00 00 01') }), lives()],
  ['another mask for each frame', [text(hello, { mask: hex('01 02 03 04') }), text(hello, { mask: hex('ff 00 ff 00') }), text(hello, { mask: Buffer.alloc(4) }), text(hello)], lives(4)],
  ['another mask for each fragment', [text('{"type"', { fin: false, mask: hex('01 02 03 04') }), more(':"pi', { mask: Buffer.alloc(4) }), last('ng"}', { mask: hex('aa bb cc dd') })], lives()],
  ['40 messages in one segment', Array.from({ length: 40 }, () => text(hello)), lives(40)],
  ['20 messages, byte by byte', Array.from({ length: 20 }, () => text(hello)), lives(20), { chop: 1 }],
  ['20 messages in segments of 7', Array.from({ length: 20 }, () => text(hello)), lives(20), { chop: 7 }],
  ['a message of 300 bytes, byte by byte', text(sized(300)), lives(), { chop: 1 }],
  ['a wrong frame after 3 messages, byte by byte', [text(hello), text(hello), text(hello), frame(3)], ends(1002), { chop: 1 }],
  ['random bytes', hex('f3 9c 01 77 5e 20 b8 0a 44 91 c2 6d 3f e8 17 aa'), ends(1002)],
  ['an HTTP request on the open socket', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), ends(1002)],
  ['a TLS hello on the open socket', hex('16 03 01 02 00 01 00 01 fc 03 03'), ends(1002)],
];

const unmasked = { gap: 'unmasked frames are taken', mask: false };
const masking = [
  ['an unmasked message is held to the same rules', text(hello, { mask: false }), lives(), unmasked],
  ['an unmasked message, byte by byte', text(hello, { mask: false }), lives(), { ...unmasked, chop: 1 }],
  ['an unmasked message of 4,000 bytes', text(sized(4000), { mask: false }), lives(), unmasked],
  ['masked, unmasked, masked', [text(hello), text(hello, { mask: false }), text(hello)], lives(3), unmasked],
  ['unmasked fragments between masked ones', [text('{"type"', { fin: false }), more(':"pi', { mask: false }), last('ng"}')], lives(), unmasked],
  ['an unmasked message over 16 KiB', text('x'.repeat(16_385), { mask: false }), ends(1009), unmasked],
  ['an unmasked binary frame', binary('x', { mask: false }), ends(1003), unmasked],
  ['an unmasked empty message', text('', { mask: false }), ends(1007), unmasked],
  ['an unmasked message that is no UTF-8', text(hex('7b ff 7d'), { mask: false }), ends(1007), unmasked],
  ['an unmasked ping', ping('abc', { mask: false }), lives(0), { ...unmasked, pongs: ['abc'] }],
  ['an unmasked close frame', close(1000, 'bye', { mask: false }), closes(1000), unmasked],
  ['an unmasked reserved opcode', frame(3, 'x', { mask: false }), ends(1002), unmasked],
  ['an unmasked empty message in the longer form, then another one', [text('', { mask: false, form: 16 }), text(hello)], lives(), unmasked],
  ['an unmasked empty last fragment in the longer form, then a message', [text('{"type"', { fin: false }), last('', { mask: false, form: 16 }), text(hello)], ends(1007), unmasked],
];

const fragmentation = [
  ['two fragments', pieces(hello, [7]), lives()],
  ['three fragments', pieces(hello, [1, 14]), lives()],
  ['a fragment for each byte', everyBytes(hello, 1), lives()],
  ['a fragment for each byte, byte by byte', everyBytes(hello, 1), lives(), { chop: 1 }],
  ['an empty first fragment', pieces(hello, [0]), lives()],
  ['an empty last fragment', pieces(hello, [15]), lives()],
  ['an empty fragment in the middle', pieces(hello, [7, 7]), lives()],
  ['empty fragments everywhere', pieces(hello, [0, 0, 3, 3, 3, 15, 15]), lives()],
  ['three empty fragments are an empty message', pieces('', [0, 0]), ends(1007)],
  ['1,000 empty fragments, then the message', [text('', { fin: false }), ...Array.from({ length: 1000 }, () => more('')), last(hello)], lives()],
  ['two fragmented messages', [...pieces(hello, [3, 9]), ...pieces(hello, [1])], lives(2)],
  ['fragmented, whole, fragmented', [...pieces(hello, [3]), text(hello), ...pieces(hello, [8])], lives(3)],
  ['16,384 bytes in fragments of 1,000', everyBytes(sized(16_384), 1000), lives()],
  ['16,384 bytes in fragments of 13', everyBytes(sized(16_384), 13), lives()],
  ['16,385 bytes in fragments of 1,000', everyBytes(sized(16_385), 1000), ends(1009)],
  ['16,384 bytes, then one more in the last fragment', [text('x'.repeat(16_384), { fin: false }), last('x')], ends(1009)],
  ['16,384 bytes, then an empty last fragment, are no object', [text('x'.repeat(16_384), { fin: false }), last('')], ends(1007)],
  ['fragments without end', Array.from({ length: 40 }, (_, i) => (i ? more : (data) => text(data, { fin: false }))('x'.repeat(1000))), ends(1009)],
  ['a message half sent is waited for', [text('{"type":"pi', { fin: false })], { quiet: true }],
  ['half a frame is waited for', text(hello).subarray(0, 12), { quiet: true }],
  ['half a head is waited for', text(sized(300)).subarray(0, 3), { quiet: true }],
  ['a ping between fragments', [text('{"type":', { fin: false }), ping('now'), last('"ping"}')], lives(1), { pongs: ['now'] }],
  ['an empty ping between fragments', [text('{"type":', { fin: false }), ping(''), last('"ping"}')], lives(1), { pongs: [''] }],
  ['a ping of 125 bytes between fragments', [text('{"type":', { fin: false }), ping('p'.repeat(125)), last('"ping"}')], lives(1), { pongs: ['p'.repeat(125)] }],
  ['a pong between fragments', [text('{"type":', { fin: false }), pong('now'), last('"ping"}')], lives()],
  ['an empty pong between fragments', [text('{"type":', { fin: false }), pong(''), last('"ping"}')], lives()],
  ['a pong of bytes that are no UTF-8 between the halves of a character', [text(hex('7b2274797065223a2270696e67222c2278223a22c5'), { fin: false }), pong(hex('ff fe')), last(hex('be227d'))], lives()],
  ['a ping between fragments, byte by byte', [text('{"type":', { fin: false }), ping('slow'), last('"ping"}')], lives(1), { pongs: ['slow'], chop: 1 }],
  ['a close frame between fragments', [text('{"type":', { fin: false }), close(1000)], closes(1000)],
  ['a text frame amid a fragmented message', [text('{"type"', { fin: false }), text(hello)], ends(1002)],
  ['a text fragment amid a fragmented message', [text('{"type"', { fin: false }), text(':"ping"}', { fin: false }), last('')], ends(1002)],
  ['a binary frame amid a fragmented message', [text('{"type"', { fin: false }), binary('x')], ends(1002)],
  ['a binary fragment amid a fragmented message', [text('{"type"', { fin: false }), more(':"pi'), binary('x', { fin: false })], ends(1002)],
  ['a continuation of nothing', last(hello), ends(1002)],
  ['a continuation of nothing, without FIN', more(hello), ends(1002)],
  ['an empty continuation of nothing', last(''), ends(1002)],
  ['a continuation after a whole message', [text(hello), last('x')], ends(1002)],
  ['a continuation without FIN after a whole message', [text(hello), more('x')], ends(1002)],
  ['a continuation after a fragmented message', [...pieces(hello, [5]), last('x')], ends(1002)],
  ['a continuation after a ping', [ping('x'), last(hello)], ends(1002)],
  ['a continuation of nothing, ten times', Array.from({ length: 10 }, () => last('x')), ends(1002)],
];

const control = [
  ...[0, 1, 2, 50, 124, 125].map((n) => [`a ping of ${n} bytes`, ping('p'.repeat(n)), lives(0), { pongs: ['p'.repeat(n)] }]),
  ['a ping of bytes that are no UTF-8', ping(hex('00 ff fe fd fc fb 00 ff')), lives(0), { pongs: [hex('00 ff fe fd fc fb 00 ff')] }],
  ['a ping of 125 bytes, byte by byte', ping('p'.repeat(125)), lives(0), { pongs: ['p'.repeat(125)], chop: 1 }],
  ['a ping between messages', [text(hello), ping('a'), text(hello)], lives(2), { pongs: ['a'] }],
  ['a ping of 126 bytes', ping('p'.repeat(126)), drops()],
  ['a ping of 65,536 bytes', ping('p'.repeat(65_536)), drops()],
  ['a ping of 5 bytes, length in 16 bits', ping('12345', { form: 16 }), drops()],
  ['a pong of 126 bytes', pong('p'.repeat(126)), drops()],
  ['a pong of 126 bytes, byte by byte', pong('p'.repeat(126)), drops(), { chop: 1 }],
  ['a ping without FIN', ping('x', { fin: false }), ends(1002)],
  ['a pong without FIN', pong('x', { fin: false }), ends(1002)],
  ['a close frame without FIN', close(1000, '', { fin: false }), ends(1002)],
  ['an empty ping without FIN', ping('', { fin: false }), ends(1002)],
  ['a fragmented ping', [ping('x', { fin: false }), last('y')], ends(1002)],
  ['a ping without FIN amid a message', [text('{"type"', { fin: false }), ping('x', { fin: false })], ends(1002)],
  ...[0, 1, 125].map((n) => [`a pong nobody asked for, ${n} bytes`, pong('p'.repeat(n)), lives(0)]),
  ['100 pongs nobody asked for', Array.from({ length: 100 }, (_, i) => pong(`${i}`)), lives(0)],
  ['10 pings in one segment', Array.from({ length: 10 }, (_, i) => ping(`${i}`)), lives(0), { somePongs: 10, gap: 'a ping that comes before the last one is answered is not answered' }],
  ['a message and a ping 20 times', Array.from({ length: 20 }, (_, i) => [text(hello), ping(`${i}`)]).flat(), lives(20), { somePongs: 20, gap: 'as above' }],
];

// Bytes of a text that are UTF-8, and that are not.
export const utf8 = {
  good: [
    ['ASCII', '68 69'], ['two bytes', 'c5 be'], ['κόσμε', 'ce ba cf 8c cf 83 ce bc ce b5'], ['Chinese', 'e4 b8 ad e6 96 87'], ['Persian', 'd8 b3 d9 84 d8 a7 d9 85'], ['an emoji', 'f0 9f 99 82'],
    ['U+0080', 'c2 80'], ['U+07FF', 'df bf'], ['U+0800', 'e0 a0 80'], ['U+D7FF', 'ed 9f bf'], ['U+E000', 'ee 80 80'], ['U+FFFD', 'ef bf bd'], ['U+FFFE', 'ef bf be'], ['U+FFFF', 'ef bf bf'], ['U+10000', 'f0 90 80 80'], ['U+1FFFE', 'f0 9f bf be'], ['U+10FFFF', 'f4 8f bf bf'], ['a byte order mark', 'ef bb bf'],
  ],
  bad: [
    ['a lone continuation 80', '80'], ['a lone continuation bf', 'bf'], ['six continuations', '80 bf 80 bf 80 bf'], ['fe', 'fe'], ['ff', 'ff'], ['fe fe ff ff', 'fe fe ff ff'], ['Latin-1', 'e6 20'],
    ['overlong / in 2', 'c0 af'], ['overlong / in 3', 'e0 80 af'], ['overlong / in 4', 'f0 80 80 af'], ['overlong / in 5', 'f8 80 80 80 af'], ['overlong / in 6', 'fc 80 80 80 80 af'], ['overlong 7F', 'c1 bf'], ['overlong 7FF', 'e0 9f bf'], ['overlong FFFF', 'f0 8f bf bf'], ['overlong NUL', 'c0 80'],
    ['U+D800', 'ed a0 80'], ['U+DB7F', 'ed ad bf'], ['U+DC00', 'ed b0 80'], ['U+DFFF', 'ed bf bf'], ['a surrogate pair', 'ed a0 80 ed b0 80'], ['κόσμε and a surrogate', 'ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65'],
    ['U+110000', 'f4 90 80 80'], ['U+1FFFFF', 'f7 bf bf bf'], ['5 bytes', 'f8 88 80 80 80'], ['6 bytes', 'fc 84 80 80 80 80'],
    ['2 bytes cut', 'c5 41'], ['3 bytes cut after 1', 'e4 41 41'], ['3 bytes cut after 2', 'e4 b8 41'], ['4 bytes cut after 1', 'f0 41 41 41'], ['4 bytes cut after 3', 'f0 9f 99 41'], ['a lead after a lead', 'c5 c5 be'], ['all leads', 'c2 e0 f0'],
  ],
  cut: [['after 1 of 2', 'c5'], ['after 1 of 3', 'e4'], ['after 2 of 3', 'e4 b8'], ['after 1 of 4', 'f0'], ['after 2 of 4', 'f0 9f'], ['after 3 of 4', 'f0 9f 99'], ['after a text', 'ce ba cf 8c cf']],
};
utf8.good = utf8.good.map(([name, bytes]) => [name, hex(bytes)]);
utf8.bad = utf8.bad.map(([name, bytes]) => [name, hex(bytes)]);
utf8.cut = utf8.cut.map(([name, bytes]) => [name, hex(bytes)]);

const inside = (bytes) => Buffer.concat([Buffer.from('{"type":"ping","x":"'), bytes, Buffer.from('"}')]);
const before = 20; // bytes of it before the text
const texts = [
  ...utf8.good.map(([name, bytes]) => [`UTF-8: ${name}`, [text(inside(bytes)), ...everyBytes(inside(bytes), 1)], lives(2)]),
  ...utf8.good.filter(([, bytes]) => bytes.length > 1).map(([name, bytes]) => [`UTF-8: ${name}, cut in mid-character`, pieces(inside(bytes), [before + 1]), lives()]),
  ...utf8.bad.map(([name, bytes]) => [`no UTF-8: ${name}`, text(inside(bytes)), ends(1007)]),
  ...utf8.bad.filter(([, bytes]) => bytes.length > 1).map(([name, bytes]) => [`no UTF-8: ${name}, cut after its first byte`, pieces(inside(bytes), [before + 1]), ends(1007)]),
  ...utf8.cut.map(([name, bytes]) => [`no UTF-8: the message ends ${name}`, text(Buffer.concat([Buffer.from('{"type":"ping"}'), bytes])), ends(1007)]),
];

const closing = [
  ['a close frame without a code', close(), closes(null)],
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((code) => [`close ${code}`, close(code), closes(code)]),
  ...[1012, 1013, 1014].map((code) => [`close ${code}`, close(code), closes(1002), { gap: 'codes registered since 2011 are answered 1002' }]),
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 9999, 65_535].map((code) => [`close ${code} is no code`, close(code), closes(1002)]),
  ['half a close code', close(Buffer.from([3])), closes(1002)],
  ['close 1000 with a reason of 1 byte', close(1000, 'x'), closes(1000)],
  ['close 1000 with a reason of 123 bytes', close(1000, 'r'.repeat(123)), closes(1000)],
  ['close 1000 with a reason in UTF-8', close(1000, 'iki, ačiū 🙂'), closes(1000)],
  ['close 1000 with a reason of 124 bytes', close(1000, 'r'.repeat(124)), drops()],
  ['close 1000 with a reason that is no UTF-8', close(1000, hex('ce ba ed a0 80')), closes(1007)],
  ['close 1000 with a reason cut in mid-character', close(1000, hex('61 c5')), closes(1007)],
  ['close 2000 with a reason that is no UTF-8', close(2000, hex('ff')), closes(1007)],
  ['a close frame, byte by byte', close(1001, 'going'), closes(1001), { chop: 1 }],
  ['a message before the close frame', [text(hello), close(1000)], closes(1000)],
  ['a message after the close frame is not', [close(1000), text(hello)], { ...closes(1000), answers: 0 }],
  ['a ping after the close frame is not', [close(1000), ping('late')], { ...closes(1000), answers: 0 }],
  ['two close frames', [close(1000), close(1001)], closes(1000)],
  ['a wrong frame after the close frame', [close(1000), frame(3, 'x')], { ...closes(1000), reset: true }],
  ['half a frame after the close frame', [close(1000), text(hello).subarray(0, 5)], closes(1000)],
  ['100,000 bytes after the close frame', [close(1000), text('x'.repeat(100_000))], { ...closes(1000), reset: true }],
];

export const groups = { framing, masking, fragmentation, control, texts, closing };
