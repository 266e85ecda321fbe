-- For wrk: announces for the info hashes in the file $HASHES (hex, one a line), each by one of many
-- peers, started and with 50 peers wanted; with $CLOSE, each on a connection of its own.
local hashes = {}
for line in io.lines(os.getenv("HASHES")) do
  hashes[#hashes + 1] = line:gsub("%x%x", "%%%0")
end

math.randomseed(1)
local peerIds = {}
for n = 1, 10000 do
  local bytes = {}
  for at = 1, 12 do bytes[at] = string.format("%%%02X", math.random(0, 255)) end
  peerIds[n] = "-BE0001-" .. table.concat(bytes)
end

if os.getenv("CLOSE") then wrk.headers["Connection"] = "close" end

request = function()
  return wrk.format("GET", "/announce?info_hash=" .. hashes[math.random(#hashes)]
    .. "&peer_id=" .. peerIds[math.random(#peerIds)]
    .. "&port=" .. math.random(1024, 65000)
    .. "&uploaded=0&downloaded=0&left=" .. math.random(0, 1)
    .. "&compact=1&numwant=50&event=started")
end
