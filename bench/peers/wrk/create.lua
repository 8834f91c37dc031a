-- Orders, each with a name and an idempotency key of its own. Arguments: token, prefix, the body's text before the number, between, and after the two places of the number.
local folder = debug.getinfo(1, "S").source:sub(2):match("(.*/)")
dofile(folder .. "summary.lua")

function start(args)
  n, prefix = 0, args[2]
  one, two, three = args[3], args[4], args[5]
  before = head(wrk.path, wrk.headers["Host"] or (wrk.host .. ":" .. wrk.port), args[1])
end

function request()
  n = n + 1
  local own = prefix .. n
  local body = one .. own .. two .. own .. three
  return before .. #body .. "\r\n\r\n" .. body
end

function response(status, headers, body)
  if status ~= 200 or not body:find('"GpuInstancesAccepted"', 1, true) then
    wrong = wrong + 1
    if sample == "" then sample = status .. " " .. body end
  end
end
