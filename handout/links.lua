-- SPDX-License-Identifier: MIT
-- In the pages, a link to another text leads to its page; comments, which
-- tell the tests how to run the commands, are left out.
function Link(link)
    link.target = link.target:gsub("^([%w-]+)%.md", "%1.html")
    return link
end

function RawBlock(raw)
    if raw.text:match("^<!%-%-") then return {} end
end
