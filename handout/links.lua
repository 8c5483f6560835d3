-- SPDX-License-Identifier: MIT
-- In the pages, a link to another text leads to its page.
function Link(link)
    link.target = link.target:gsub("^([%w-]+)%.md", "%1.html")
    return link
end
