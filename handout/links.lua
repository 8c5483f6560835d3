-- SPDX-License-Identifier: MIT
-- In the pages, a link to another text leads to its page.
function Link(link)
    link.target = link.target:gsub("^([%w-]+)%.md", "%1.html")
    return link
end

-- A bold line of its own introduces the block or table after it; on paper the
-- two stay together. "Terminal 2: Bob" also looks like a label.
function Para(para)
    local words = para.content
    if #words == 1 and words[1].t == "Strong" then
        local text = pandoc.utils.stringify(para)
        local class = text:find("^Terminal") and "terminal" or "lead"
        return pandoc.Div(para, pandoc.Attr("", { class }))
    end
end
