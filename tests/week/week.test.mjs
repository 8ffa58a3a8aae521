// The proof of the simulated week's checks: faults are planted in a copy of the library, and each is found by the check it belongs to.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { library } from '../functions/redis.mjs';
import { simulate } from './week.mjs';

// What is planted: [what stands in the library, what stands there instead, the check that must find it, and how it says so].
const PLANTED = {
  'a notice comes 40 s late': ['if waited >= after then due = i', 'if waited >= after + 40000 then due = i', 'notices', /was due before/],
  'no pause between two automatic answers': ["if c.answers > 0 and math.max(now, c.last_at) - c.last_answer_at < gap then refuse", 'if false then refuse', 'answers', /two automatic answers within/],
  'a voucher stays in the pool': ["redis.call('ZREM', site .. ':vouchers', code)\n  redis.call('HSET'", "redis.call('HSET'", 'vouchers', /was given to chats \d+ and \d+/],
  'nobody is told of a broken promise': ["feed.add(site, now, c.n, 'promise_overdue', encode(p))", '', 'promises', /supervisors were told 0 times/],
  'complaints are asked about too early': ['now + hours * 3600000', 'now + hours * 1800000', 'follow-up', /was asked about \d+ ms after its end/],
  'a turn is counted twice': ["chat.count(site, now, 'turns', 1, who)", "chat.count(site, now, 'turns', 2, who)", 'report', /^fl_report by agent.*turns is \d+, counted \d+/],
  'a queue is never served': ["served = served or agent.queues[queue] end", "served = served or agent.queues[queue] and queue ~= 'billing' end", 'forgotten', /has waited since \d+, through all of/],
  'accepted ids are kept for ever': ["redis.call('EXPIRE', site .. ':chat:' .. c.n .. ':mids', 86400)\n  redis.call('ZREM'", "redis.call('ZREM'", 'fsck', /its mids never go/],
};

test('every planted fault is found by its check', { timeout: 600_000 }, async t => {
  let text = library();
  for (const [what, [is, instead]] of Object.entries(PLANTED)) {
    assert.ok(text.includes(is), `the library no longer holds what "${what}" replaces`);
    text = text.replace(is, () => instead);
  }
  const { faults } = await simulate({ visitors: 300, days: 2, seed: 2, library: text });
  for (const [what, [, , check, says]] of Object.entries(PLANTED)) {
    const found = faults.filter(fault => fault.check === check && says.test(fault.text));
    t.diagnostic(`${what}: ${found.length} times, as in "${found[0]?.text}"`);
    assert.ok(found.length, `"${what}" was not found; ${check} said ${faults.filter(fault => fault.check === check).slice(0, 3).map(fault => fault.text).join('; ') || 'nothing'}`);
  }
});
