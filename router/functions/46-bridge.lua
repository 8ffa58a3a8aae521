-- Channel bridge: chats of people who write elsewhere (mail, a messenger). A bridge calls bridge_say for what they write, reads the
-- agents' words on the feed, and asks `channel` where they go. The visitor is derived from channel and address.

-- bridge_say(now, channel, address, mid, text, lang, profile, queue) -> ok, chat, seq, at, dup, phase, opened: as visitor_say, but a
-- person is called at once (reason channel): an automatic reply cannot ask by mail whether it helped. no: mid_reused
register.moving('bridge_say', function(site, now, args)
  local channel, address, mid = args[2] or '', check.text(args[3], 1, 320, 'An address'), check.mid(args[4])
  if #channel > 32 or not channel:find('^[a-z0-9_-]+$') then bad('A channel is named by 1 to 32 small letters, digits, "_" or "-".') end
  local text = check.text(args[5], 1, 4000, 'The text')
  local vid = redis.sha1hex(channel .. '\n' .. address):sub(1, 32)
  local body = json.object('from', '"visitor"', 'text', json.text(text), 'mid', json.text(mid))
  local reply = chat.say(site, now, { '', vid, mid, body, ops.cut(text, 120), args[6], '', args[7], args[8] })
  if reply[7] == '1' then
    local c = chat.hold(site, reply[2])
    chat.set(site, c, 'channel', channel, 'address', address)
    place.leave(site, now, c, 'channel')
    place.queue(site, now, c, 'channel')
    chat.set(site, c, 'human', 1)
    place.settle(site, now, c)
    reply[6] = c.phase
  end
  return reply
end)

-- channel(now, chat) -> ok, channel, address, visitor, lang, profile json: where the answers of a chat go; channel "" = its widget.
register.reading('channel', function(site, _, args)
  local c = chat.load(site, args[2])
  local known = redis.call('HGET', site .. ':visitor:' .. c.visitor, 'profile')
  return { 'ok', c.channel, c.address, c.visitor, c.lang, '{' .. profile.members(known) .. '}' }
end)
