-- What the pages say in Markdown beyond pandoc's own, as HTML:
--   a displayed formula              a box that scrolls by itself when it is too wide; {#eq-name .equation} around it numbers it,
--                                    and [](#eq-name) says the number
--   {.figure study=KEY alt="..."}    the picture of a study, which notes.js makes live; the contents are its caption; with view=KEY,KEY
--                                    those of its views, with variant=NAME that one of its runs
--   {.answer}, {.solution}           closed until asked for
--   {.exercise check=NAME}           exercises.js puts the form for NAME at its end, before the solution
--   [text]{.memory}                  marks a statement as not checked against its source
local chapter = ""
local numbers, count = {}, 0

local function formula(math, number)
  local parts = {pandoc.Div({pandoc.Plain({math})}, {class = "formula"})}
  if number then parts[2] = pandoc.Div({pandoc.Plain({pandoc.Str(number)})}, {class = "number"}) end
  return parts
end

-- The width and height of a PNG, from its header.
local function size(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local head = file:read(24)
  file:close()
  return string.unpack(">I4", head, 17), string.unpack(">I4", head, 21)
end

local function escaped(text)
  return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub('"', "&quot;"))
end

local function figure(div)
  local study, alt = div.attributes.study, escaped(div.attributes.alt or error("a figure without alt"))
  local html = {'<figure data-study="' .. study .. '"', ' id="figure-' .. study .. '">', '<div class="screen">'}
  for _, key in ipairs({"variant", "view"}) do
    if div.attributes[key] then html[1] = html[1] .. " data-" .. key .. '="' .. escaped(div.attributes[key]) .. '"' end
  end
  html[1] = html[1] .. table.remove(html, 2)
  local width, height = size(pandoc.path.join({PANDOC_STATE.resource_path[1], "pictures", study .. "-light.png"}))
  if width then
    local picture = '%s="pictures/' .. study .. '-%s.png?v=0" width="' .. width .. '" height="' .. height .. '"'
    html[#html + 1] = "<picture><source " .. picture:format("srcset", "dark") .. ' media="screen and (prefers-color-scheme: dark)">' ..
      "<img " .. picture:format("src", "light") .. ' loading="lazy" alt="' .. alt .. '"></picture>'
  else
    html[#html + 1] = '<p class="absent">' .. alt .. "</p>"
  end
  html[#html + 1] = '</div>\n<p class="controls"><a href="../index.html#study=' .. study .. '">Open it in Rankscope, with its sliders</a></p>\n<figcaption>'
  return {pandoc.RawBlock("html", table.concat(html, "\n")), pandoc.Div(div.content), pandoc.RawBlock("html", "</figcaption>\n</figure>")}
end

local function closed(div, summary)
  return {pandoc.RawBlock("html", "<details><summary>" .. summary .. "</summary>"), pandoc.Div(div.content), pandoc.RawBlock("html", "</details>")}
end

local function number_equations(div)
  if not div.classes:includes("equation") then return nil end
  count = count + 1
  numbers[div.identifier] = "(" .. chapter .. "." .. count .. ")"
  return nil
end

local function wrap_formulas(para)
  if #para.content == 1 and para.content[1].t == "Math" and para.content[1].mathtype == "DisplayMath" then
    return pandoc.Div(formula(para.content[1]), {class = "equation"})
  end
end

local function build(div)
  if div.classes:includes("equation") and div.identifier ~= "" then
    -- its one paragraph has become a Div of class equation with a Div of class formula
    return pandoc.Div(formula(div.content[1].content[1].content[1].content[1], numbers[div.identifier]), {id = div.identifier, class = "equation"})
  elseif div.classes:includes("figure") then
    return figure(div)
  elseif div.classes:includes("answer") then
    return closed(div, "Answer")
  elseif div.classes:includes("solution") then
    return closed(div, "Solution")
  elseif div.classes:includes("exercise") then
    local check = div.attributes.check
    local blocks, placed = {pandoc.RawBlock("html", '<section class="exercise">')}, not check
    for _, block in ipairs(div.content) do
      if not placed and block.t == "RawBlock" and block.text:find("^<details>") then
        blocks[#blocks + 1] = pandoc.RawBlock("html", '<div data-check="' .. check .. '"></div>')
        placed = true
      end
      blocks[#blocks + 1] = block
    end
    if not placed then error("exercise " .. check .. " has no solution") end
    blocks[#blocks + 1] = pandoc.RawBlock("html", "</section>")
    return blocks
  end
end

local function name_references(link)
  local target = link.target:match("^#(eq%-.+)$")
  if not target then return nil end
  link.content = {pandoc.Str(numbers[target] or error("no equation " .. target))}
  return link
end

return {
  {Meta = function(meta) chapter = meta.number and pandoc.utils.stringify(meta.number) or "" end},
  {Div = number_equations},
  {Para = wrap_formulas},
  {Div = build, Link = name_references},
}
