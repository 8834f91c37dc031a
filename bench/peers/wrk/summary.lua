-- What both scripts share: counting wrong answers per thread, and one line of JSON at the end.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrong, sample = 0, ""
  start(args)
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', " "):sub(1, 600) .. '"'
end

function done(summary, latency, requests)
  local wrong, sample = 0, ""
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("wrong")
    if sample == "" then sample = thread:get("sample") end
  end
  local e = summary.errors
  io.write(string.format('{"requests":%d,"micros":%d,"wrong":%d,"broken":%d,"p50":%d,"p99":%d,"sample":%s}\n',
    summary.requests, summary.duration, wrong, e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99), quoted(sample)))
end

-- The request's bytes, built once but for the body: wrk.format would build a table for each.
function head(path, host, token)
  return "POST " .. path .. " HTTP/1.1\r\nHost: " .. host .. "\r\nContent-Type: application/json\r\nAuthorization: Bearer " .. token .. "\r\nContent-Length: "
end
