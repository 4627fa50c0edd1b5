-- For pandoc alone (Quarto has its own): numbers figures and tables in the order of the document, resolves @fig-… and
-- @tbl-…, carries alternative texts into HTML and Typst. What it writes has the shape that Quarto gives.

local typst = FORMAT:match("typst") ~= nil
local html = FORMAT:match("html") ~= nil
local titles = { fig = "Gambar", tbl = "Tabel" }
local numbers = {}
local counts = { fig = 0, tbl = 0 }

local function kind_of(identifier)
  return identifier:match("^(fig)%-") or identifier:match("^(tbl)%-")
end

local function count(element)
  local kind = kind_of(element.identifier)
  if kind then
    counts[kind] = counts[kind] + 1
    numbers[element.identifier] = counts[kind]
  end
end

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("%s+", " ") .. '"'
end

local function caption_inlines(caption)
  return pandoc.utils.blocks_to_inlines(caption.long)
end

local function in_typst(kind, identifier, caption, content)
  local position = kind == "tbl" and "top" or "bottom"
  local result = pandoc.Blocks({ pandoc.RawBlock("typst", "#figure([") })
  result:extend(content)
  local tail = pandoc.Inlines({ pandoc.RawInline("typst", "], caption: figure.caption(position: " .. position .. ", [") })
  tail:extend(caption)
  tail:insert(
    pandoc.RawInline(
      "typst",
      ']), kind: "quarto-float-' .. kind .. '", supplement: "' .. titles[kind] .. '")<' .. identifier .. ">\n\n"
    )
  )
  result:insert(pandoc.Plain(tail))
  return result
end

local function in_html(kind, identifier, caption, content)
  local words = pandoc.Inlines({ pandoc.Str(titles[kind] .. "\u{a0}" .. numbers[identifier] .. ":"), pandoc.Space() })
  words:extend(caption)
  local id = identifier .. "-caption"
  local head = pandoc.Inlines({ pandoc.RawInline("html", '<figcaption id="' .. id .. '" class="quarto-float-caption">') })
  head:extend(words)
  head:insert(pandoc.RawInline("html", "</figcaption>"))
  local shown = pandoc.Div(content, pandoc.Attr("", {}, { ["aria-describedby"] = id }))
  local result = pandoc.Blocks({ pandoc.RawBlock("html", '<figure class="quarto-float quarto-float-' .. kind .. '">') })
  if kind == "tbl" then
    result:extend({ pandoc.Plain(head), shown })
  else
    result:extend({ shown, pandoc.Plain(head) })
  end
  result:insert(pandoc.RawBlock("html", "</figure>"))
  return pandoc.Div(result, pandoc.Attr(identifier, { "quarto-float" }))
end

local function float(kind, identifier, caption, content)
  if typst then
    return in_typst(kind, identifier, caption, content)
  end
  return in_html(kind, identifier, caption, content)
end

local function picture(image)
  local alt = image.attributes["fig-alt"] or ""
  image.attributes["fig-alt"] = nil
  if typst then
    return pandoc.RawInline("typst", "#box(image(" .. quoted(image.src) .. ", alt: " .. quoted(alt) .. "))")
  end
  -- pandoc writes the description of an image as its alternative text.
  image.caption = pandoc.Inlines({ pandoc.Str(alt) })
  return image
end

local function figure(element)
  local kind = kind_of(element.identifier)
  if kind == nil then
    return nil
  end
  return float(kind, element.identifier, caption_inlines(element.caption), element.content:walk({ Image = picture }))
end

local function tabular(element)
  if typst then
    element.classes:insert("typst:no-figure")
  end
  local kind = kind_of(element.identifier)
  if kind == nil then
    return element
  end
  local caption = caption_inlines(element.caption)
  local identifier = element.identifier
  element.identifier = ""
  element.caption = pandoc.Caption()
  return float(kind, identifier, caption, pandoc.Blocks({ element }))
end

local function reference(cite)
  local result = pandoc.Inlines({})
  for n, one in ipairs(cite.citations) do
    local kind = kind_of(one.id)
    if kind == nil or numbers[one.id] == nil then
      error("unresolved reference @" .. one.id)
    end
    if n > 1 then
      result:extend({ pandoc.Str(","), pandoc.Space() })
    end
    local name = one.mode ~= "SuppressAuthor" and titles[kind] or ""
    if typst then
      result:insert(pandoc.RawInline("typst", "#ref(<" .. one.id .. ">, supplement: [" .. name .. "])"))
    else
      local before = name ~= "" and name .. "\u{a0}" or ""
      local words = pandoc.Str(before .. numbers[one.id])
      result:insert(pandoc.Link({ words }, "#" .. one.id, "", pandoc.Attr("", { "quarto-xref" })))
    end
  end
  return result
end

if not (typst or html) then
  return {}
end
return {
  { Figure = count, Table = count },
  { Cite = reference },
  { Figure = figure, Table = tabular },
}
