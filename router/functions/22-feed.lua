-- {S}:feed, for CRM, mail and warehouse: every event of every chat (chat.append), and what happens beside the transcripts (seq 0).
-- What is in an entry: gateway/protocol/schemas/feed.json. {S}:feed:dead holds entries a forwarder gave up on.

-- Adds what is in no transcript. Must never fail a chat.
function feed.add(site, now, n, kind, body)
  redis.pcall('XADD', site .. ':feed', '*', 'at', string.format('%d', now), 'chat', n, 'seq', '0', 'kind', kind, 'body', body)
end

-- Keeps the newest feed_max, or some more: whole nodes go.
function feed.trim(site)
  for _, name in ipairs({ ':feed', ':feed:dead' }) do
    redis.pcall('XTRIM', site .. name, 'MAXLEN', '~', settings.number(site, 'feed_max'))
  end
end
