-- Wake-ups. Usually they are published at once. With --durability replicated nobody may see what no replica has: then the
-- gateway asks (a "+" behind `now`) to keep them back in {S}:outbox, waits for a replica, and has them told, in order, up to where the
-- box ended before it waited. Whoever tells next also tells what a gateway left behind that died in between.

do
local MOST_KEPT = 100000 -- beyond it the oldest go: whoever listens finds the hole by the next event
local MOST_TOLD = 500

local keeping = false

-- At the beginning of every function: does this call keep its wake-ups back?
function outbox.begin(site, now)
  keeping = now ~= nil and now:sub(-1) == '+'
  if keeping then check.kind(site .. ':outbox', 'stream') end
end

-- A wake-up on a channel of chats or agents: {S}:chat:N or {S}:agent:A.
function outbox.wake(site, channel, payload)
  if keeping then
    redis.call('XADD', site .. ':outbox', 'MAXLEN', '~', MOST_KEPT, '*', 'to', channel, 'line', payload)
  else
    redis.call('PUBLISH', channel, payload)
  end
end

-- Publishes what was kept, oldest first, up to an entry; at most 500. Returns how many.
function outbox.tell(site, upto)
  local key, ids = site .. ':outbox', {}
  for i, e in ipairs(redis.call('XRANGE', key, '-', upto, 'COUNT', MOST_TOLD)) do
    redis.call('PUBLISH', e[2][2], e[2][4])
    ids[i] = e[1]
  end
  if #ids > 0 then redis.call('XDEL', key, unpack(ids)) end
  return #ids
end

-- What a gateway without the "+" finds in the box was left there by one that had it: `tick` empties it.
function outbox.left(site)
  if not keeping and redis.call('EXISTS', site .. ':outbox') == 1 then outbox.tell(site, '+') end
end

-- outbox(now) -> ok, the last entry kept back, "" when there is none
register.reading('outbox', function(site)
  local last = redis.call('XREVRANGE', site .. ':outbox', '+', '-', 'COUNT', 1)[1]
  return { 'ok', last and last[1] or '' }
end)

-- tell(now, entry) -> ok, how many: publishes what was kept back up to this entry, at most 500: with 500 call again
register.writing('tell', function(site, _, args)
  local upto = args[2] or ''
  if not upto:find('^%d+%-%d+$') or #upto > 40 then bad('An entry of the outbox is named like 1790000000000-0.') end
  check.kind(site .. ':outbox', 'stream')
  return { 'ok', outbox.tell(site, upto) }
end)
end
