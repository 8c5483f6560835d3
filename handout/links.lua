-- SPDX-License-Identifier: MIT
-- A link to another Markdown file becomes a link to its HTML page.
function Link(link)
    link.target = link.target:gsub("^([%w-]+)%.md", "%1.html")
    return link
end

-- A paragraph that is all bold introduces the block or table after it: on paper,
-- no page break comes between them. One that begins with "Terminal" is smaller.
function Para(para)
    local words = para.content
    if #words == 1 and words[1].t == "Strong" then
        local text = pandoc.utils.stringify(para)
        local class = text:find("^Terminal") and "terminal" or "lead"
        return pandoc.Div(para, pandoc.Attr("", { class }))
    end
end
