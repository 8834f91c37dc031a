-- The same question each time. Arguments: token, body, length of the right answer in bytes.
local folder = debug.getinfo(1, "S").source:sub(2):match("(.*/)")
dofile(folder .. "summary.lua")

function start(args)
  expected = tonumber(args[3])
  whole = head(wrk.path, wrk.headers["Host"] or (wrk.host .. ":" .. wrk.port), args[1]) .. #args[2] .. "\r\n\r\n" .. args[2]
end

function request()
  return whole
end

function response(status, headers, body)
  if status ~= 200 or #body ~= expected then
    wrong = wrong + 1
    if sample == "" then sample = status .. " (" .. #body .. " bytes) " .. body end
  end
end
