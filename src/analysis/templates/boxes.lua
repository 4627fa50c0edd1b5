-- Boxes, status colours, page breaks and formulas in Typst, for both renderers; HTML keeps the classes.

if not FORMAT:match("typst") then
  return {}
end

local boxes = { temuan = true, peringatan = true, catatan = true, simulasi = true }
local states = { baik = true, sedang = true, buruk = true, netral = true }

local function known_class(element, known)
  for _, class in ipairs(element.classes) do
    if known[class] then
      return class
    end
  end
  return nil
end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("%s+", " ") .. '"'
end

local function box(div)
  if div.classes:includes("halaman-baru") then
    return { pandoc.RawBlock("typst", "#kbk-pagebreak()"), table.unpack(div.content) }
  end
  local kind = known_class(div, boxes)
  if kind == nil then
    return nil
  end
  local result = pandoc.Blocks({ pandoc.RawBlock("typst", '#kbk-box("' .. kind .. '")[') })
  result:extend(div.content)
  result:insert(pandoc.RawBlock("typst", "]"))
  return result
end

local function state(span)
  local kind = known_class(span, states)
  if kind == nil then
    return nil
  end
  local result = pandoc.Inlines({ pandoc.RawInline("typst", '#kbk-status("' .. kind .. '")[') })
  result:extend(span.content)
  result:insert(pandoc.RawInline("typst", "]"))
  return result
end

-- PDF/UA asks for a text beside every formula.
local function formula(math)
  local typst = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "typst"):gsub("%s+$", "")
  local block = math.mathtype == "DisplayMath" and "true" or "false"
  return pandoc.RawInline(
    "typst",
    "#math.equation(block: " .. block .. ", alt: " .. quoted(math.text) .. ", " .. typst .. ".body)"
  )
end

-- Typst would make an ellipsis, a minus or a soft hyphen of these signs, and a heading, a list or a term of a cell that
-- begins with such a mark, which the writer leaves as it is; a name from a file is to stay as it is.
local function literal(str)
  local text = str.text
  if not text:find("[=+/.%-]") then
    return nil
  end
  local mark = text:match("^=+$") or text:match("^[%+%-/]$") or text:match("^%d+%.$")
  if mark or text:match("%.%.%.") or text:match("%-[%?%d]") then
    return pandoc.RawInline("typst", "#" .. quoted(str.text) .. ";")
  end
  return nil
end

return { { Div = box, Span = state, Math = formula, Str = literal } }
