-- A writer for pandoc alone: while the document is in hand it is written in every form that the built-in renderer needs.
-- report.json is pandoc's reading of it, page.html the page without its style and figures, report.typ what Typst reads.

local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)

local function content(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

local function write(name, text)
  local file = assert(io.open(name, "wb"))
  assert(file:write(text))
  assert(file:close())
end

local function filtered(document, format)
  -- the filters ask for it, as they do when pandoc itself runs them
  FORMAT = format
  for _, name in ipairs({ "crossref.lua", "boxes.lua" }) do
    document = pandoc.utils.run_lua_filter(document, pandoc.path.join({ folder, name }))
  end
  return document
end

local function as_form(document, format, template, options)
  local place = pandoc.path.join({ folder, template })
  options.template = pandoc.template.compile(content(place), place)
  return pandoc.write(filtered(document, format), format, pandoc.WriterOptions(options))
end

function Writer(document)
  -- first, so that the faults of the document can be told should a form fail
  write("report.json", pandoc.write(document, "json"))
  write("report.typ", as_form(document, "typst", "report.typst", {}))
  local page = {
    html_math_method = "mathml",
    number_sections = true,
    table_of_contents = true,
    toc_depth = 2,
    variables = { css = pandoc.path.join({ folder, "report.css" }) },
  }
  write("page.html", as_form(document, "html5", "report.html", page))
  return ""
end
